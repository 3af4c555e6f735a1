package view

import (
	"liaison/shared/brand"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/listing"
	"liaison/shared/partner"
)

// Texts returns words of one type as those of another; never nil.
func Texts[To, From ~string](from []From) []To {
	made := make([]To, len(from))
	for i, one := range from {
		made[i] = To(one)
	}
	return made
}

// Asset returns the address of a picture's file below where the pages stand.
func Asset(pages string, file string) string { return pages + "/assets/" + file }

func picture(pages string, file string) *contract.BrandPicture {
	if file == "" {
		return nil
	}
	return &contract.BrandPicture{MediaType: contract.BrandPictureType(brand.Kind(file)), URL: Asset(pages, file)}
}

// ListingContent returns what a listing says as its partner and operators read it.
func ListingContent(pages string, c listing.Content) contract.ListingContent {
	return contract.ListingContent{
		Logo: picture(pages, c.Logo), Headline: c.Headline, Text: c.Text, Services: Texts[contract.ListingService](c.Services),
		Expertise: Texts[contract.ListingIndustry](c.Expertise), PlanIds: Texts[contract.PlanID](c.Plans), Countries: Texts[contract.Country](c.Countries),
		Languages: Texts[contract.SpokenLanguage](c.Languages), Roles: Texts[contract.ListingRole](c.Roles),
	}
}

// MarketplacePage returns the address of a published partner's page.
func MarketplacePage(pages string, p partner.ID) string {
	return pages + "/find-a-partner/" + string(p)
}

// MarketplacePartner returns a published partner as everybody reads it.
func MarketplacePartner(pages string, found listing.Found) contract.MarketplacePartner {
	p, c := found.Partner.Proved(), *found.Listing.Published
	v := contract.MarketplacePartner{
		PartnerID: contract.PartnerID(p.ID), LegalName: p.LegalName, Country: p.Country, City: p.City, Website: p.Website, Phone: gateway.Some(p.Phone),
		Email: gateway.Some(p.Mail), SupportHours: p.SupportHours, Logo: picture(pages, c.Logo), Headline: c.Headline, Text: c.Text,
		Services: Texts[contract.ListingService](c.Services), Expertise: Texts[contract.ListingIndustry](c.Expertise), PlanIds: Texts[contract.PlanID](c.Plans),
		Countries: Texts[contract.Country](c.Countries), Languages: Texts[contract.SpokenLanguage](c.Languages), Roles: Texts[contract.ListingRole](c.Roles),
		URL: MarketplacePage(pages, p.ID), PublishedAt: found.Listing.PublishedAt,
	}
	if found.Share != listing.NoShare {
		percent := found.Share * 100 / listing.MostShare
		v.AnsweredShare = &percent
	}
	return v
}
