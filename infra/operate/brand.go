package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/locale"
	"liaison/shared/op"
)

// trait is one thing of the brand: its flag, its pointer in the checks' words, and where the vendor holds it. A picture has a use.
type trait struct {
	flag, pointer, help string
	value               func(*catalog.Vendor) *string
	use                 brand.Use
}

var traits = []trait{
	{"name", "/name", "its name, as customers know it", func(v *catalog.Vendor) *string { return &v.Name }, ""},
	{"legal-name", "/legal_name", "its name in agreements and receipts", func(v *catalog.Vendor) *string { return &v.LegalName }, ""},
	{"address", "/address", "its postal address, in a line", func(v *catalog.Vendor) *string { return &v.Address }, ""},
	{"website", "/website", "its website, https://…", func(v *catalog.Vendor) *string { return &v.Website }, ""},
	{"help-mail", "/email", "where customers write to", func(v *catalog.Vendor) *string { return &v.HelpMail }, ""},
	{"help-phone", "/phone", "where customers call", func(v *catalog.Vendor) *string { return &v.HelpPhone }, ""},
	{"help-hours", "/support_hours", "when somebody answers", func(v *catalog.Vendor) *string { return &v.HelpHours }, ""},
	{"language", "/language", "en or pl, for who asks for no language", func(v *catalog.Vendor) *string { return &v.DefaultLanguage }, ""},
	{"accent", "/accent", "its colour, #rrggbb", func(v *catalog.Vendor) *string { return &v.Accent }, ""},
	{"prices", "/prices", "net or gross: what every price is", func(v *catalog.Vendor) *string { return (*string)(&v.Prices) }, ""},
	{"licenses-charged", "/licenses_charged", "prorated or next_term: from when added licences are charged", func(v *catalog.Vendor) *string { return (*string)(&v.LicensesCharged) }, ""},
	{"logo", "/logo", "an SVG or PNG file, shown 28 pixels high", func(v *catalog.Vendor) *string { return &v.Logo }, brand.Logo},
	{"logo-dark", "/logo_dark", "the logo for dark grounds", func(v *catalog.Vendor) *string { return &v.LogoDark }, brand.LogoDark},
	{"icon", "/icon", "the mark in a browser's tab", func(v *catalog.Vendor) *string { return &v.Icon }, brand.Icon},
}

// show shows the brand, or changes what its flags name.
func show(ctx context.Context, args []string) error { return branding(ctx, args, os.Stdout) }

func branding(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("brand", flag.ContinueOnError)
	var table, region, endpoint string
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&region, "region", "", "its region (empty: the shell's)")
	flags.StringVar(&endpoint, "endpoint", "", "a DynamoDB Local (empty: AWS)")
	for _, one := range traits {
		flags.String(one.flag, "", one.help)
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if table == "" || flags.NArg() > 0 {
		return fmt.Errorf("missing a table, or a word too many\n%s", usage)
	}
	given := map[string]string{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = f.Value.String() })
	maps.DeleteFunc(given, func(name, _ string) bool { return name == "table" || name == "region" || name == "endpoint" })
	loaded, err := settings(ctx, region, endpoint)
	if err != nil {
		return err
	}
	if loaded.Region == "" {
		return errors.New("no region: set AWS_REGION to the stack's")
	}
	return dress(ctx, dynamo.Over(dynamodb.NewFromConfig(loaded), table), given, out)
}

// dress changes the vendor where the given values by flag ask for it, and shows how it is then.
func dress(ctx context.Context, table *dynamo.Table, given map[string]string, out io.Writer) error {
	held, err := table.Vendor(ctx)
	switch {
	case err != nil:
		return err
	case held.Version == 0:
		return errors.New("the vendor is not in the table: run operate bootstrap")
	}
	wanted, pictures := held, []brand.Picture(nil)
	if len(given) > 0 {
		if wanted, pictures, err = draw(held, given); err != nil {
			return err
		}
	}
	switch {
	case wanted != held:
		o := op.Op{Actor: op.Actor{Kind: op.Job, ID: "operate"}, At: time.Now().UTC().Truncate(time.Millisecond), IDs: id.From(rand.Reader)}
		o.ID = o.NewID()
		if held, err = catalog.PutBrand(ctx, table, held, wanted, pictures, o); err != nil {
			return err
		}
		fmt.Fprintln(out, "changed; pages and mails show it within a minute")
	case len(given) > 0:
		fmt.Fprintln(out, "unchanged")
	}
	for _, one := range traits {
		value := *one.value(&held)
		if one.use != "" && value != "" {
			value = "/assets/" + value
		}
		fmt.Fprintf(out, "%-16s %s\n", one.flag, value)
	}
	return nil
}

// draw returns the vendor with what is given by flag, and the pictures that were read.
func draw(held catalog.Vendor, given map[string]string) (catalog.Vendor, []brand.Picture, error) {
	wanted := held
	var pictures []brand.Picture
	var refused fault.Check
	for _, one := range traits {
		value, named := given[one.flag]
		if !named {
			continue
		}
		if one.use != "" && value != "" {
			data, err := os.ReadFile(value)
			if err != nil {
				return held, nil, fmt.Errorf("-%s: %w", one.flag, err)
			}
			made, err := picture.Read(one.use, data)
			if err != nil {
				refused.Take(fault.As(err).In(one.pointer))
				continue
			}
			pictures, value = append(pictures, made), made.File
		}
		*one.value(&wanted) = value
	}
	clean, err := wanted.Clean()
	refused.Take(err)
	if err := refused.Err(); err != nil {
		return held, nil, errors.New(wrong(err, func(pointer string) string {
			return "-" + traits[slices.IndexFunc(traits, func(one trait) bool { return one.pointer == pointer })].flag
		}))
	}
	return clean, pictures, nil
}

// wrong says in words which values are wrong, one a line, under the names that the caller knows.
func wrong(err error, name func(pointer string) string) string {
	var lines []string
	for _, field := range fault.As(err).Fields {
		vars := map[string]string{}
		switch about := field.About.(type) {
		case int:
			vars["limit"] = strconv.Itoa(about)
		case string:
			if mentions := field.Code.Mentions(); len(mentions) > 0 {
				vars[mentions[0]] = about
			}
		case fault.Allowed:
			vars = about.Vars()
		}
		words, _ := locale.Field(locale.English, field.Code.String(), vars)
		lines = append(lines, name(field.Pointer)+": "+words)
	}
	return strings.Join(lines, "\n")
}
