// Package brand is the HTTP face of the vendor: its names, the ways to reach it, its colour and its pictures.
package brand

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// Table is what these operations need of the table.
type Table interface {
	catalog.Store
	Vendor(ctx context.Context) (catalog.Vendor, error)
}

// Get serves GET /v1/brand: who the vendor is, and how it looks.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/brand",
		Requires: access.ReadCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := read(r.Context(), table)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(found), view(r, found))
		},
	}
}

func read(ctx context.Context, table Table) (catalog.Vendor, error) {
	found, err := table.Vendor(ctx)
	if err == nil && found.Version == 0 {
		err = fault.NotFound
	}
	return found, err
}

// Put serves PUT /v1/brand: an operator changes it, for every page and mail of the next minute.
func Put(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/brand",
		Requires: access.WriteCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.BrandPut
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			old, err := read(r.Context(), table)
			if err != nil {
				return err
			}
			if err := gateway.IfMatch(r, tag(old)); err != nil {
				return err
			}
			wanted, pictures, err := draft(r, old, body)
			if err != nil {
				return err
			}
			made, err := catalog.PutBrand(r.Context(), table, old, wanted, pictures, gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(made), view(r, made))
		},
	}
}

func tag(v catalog.Vendor) string { return gateway.ETag(v.Version, "") }

func address(r *http.Request, file string) string { return gateway.Env(r).PagesURL + "/assets/" + file }

func view(r *http.Request, v catalog.Vendor) contract.Brand {
	shown := func(file string) *contract.BrandPicture {
		if file == "" {
			return nil
		}
		return &contract.BrandPicture{MediaType: contract.BrandPictureType(brand.Kind(file)), URL: address(r, file)}
	}
	return contract.Brand{
		Name: v.Name, LegalName: v.LegalName, Address: v.Address, Website: v.Website, Email: v.HelpMail, Phone: v.HelpPhone,
		SupportHours: v.HelpHours, Language: contract.Language(v.DefaultLanguage), Prices: contract.Prices(v.Prices.Or()),
		LicensesCharged: contract.LicensesCharged(v.LicensesCharged.Or()), Accent: string(brand.Accent(v.Accent).Or()),
		Logo: shown(v.Logo), LogoDark: shown(v.LogoDark), Icon: shown(v.Icon),
	}
}

// draft reads the body as the vendor should be, with the pictures that are new. It names every wrong field, the texts' too.
func draft(r *http.Request, old catalog.Vendor, body contract.BrandPut) (catalog.Vendor, []brand.Picture, error) {
	wanted := catalog.Vendor{
		Name: body.Name, LegalName: body.LegalName, Address: body.Address, Website: body.Website, HelpMail: body.Email,
		DefaultLanguage: string(body.Language), Accent: body.Accent,
	}
	if body.Phone != nil {
		wanted.HelpPhone = *body.Phone
	}
	if body.SupportHours != nil {
		wanted.HelpHours = *body.SupportHours
	}
	if body.Prices != nil {
		wanted.Prices = catalog.Prices(*body.Prices)
	}
	if body.LicensesCharged != nil {
		wanted.LicensesCharged = catalog.LicensesCharged(*body.LicensesCharged)
	}
	var wrong fault.Check
	var fresh []brand.Picture
	for _, one := range []struct {
		pointer string
		use     brand.Use
		sent    *contract.BrandPicturePut
		held    string
		file    *string
	}{
		{"/logo", brand.Logo, body.Logo, old.Logo, &wanted.Logo},
		{"/logo_dark", brand.LogoDark, body.LogoDark, old.LogoDark, &wanted.LogoDark},
		{"/icon", brand.Icon, body.Icon, old.Icon, &wanted.Icon},
	} {
		if one.sent == nil {
			continue
		}
		file, made := sent(*one.sent).Keep(one.use, one.held, address(r, one.held), one.pointer, &wrong)
		if *one.file = file; made != nil {
			fresh = append(fresh, *made)
		}
	}
	clean, err := wanted.Clean()
	wrong.Take(err)
	return clean, fresh, wrong.Err()
}

func sent(body contract.BrandPicturePut) picture.Sent {
	return picture.Sent{Kind: string(body.MediaType), Data: body.Data, URL: body.URL}
}
