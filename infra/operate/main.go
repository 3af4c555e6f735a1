// Command operate is what the vendor's platform engineer does from the outside, with the credentials of the shell:
//
//	operate bootstrap -table NAME -vendor vendor.json -issuer URL -subject SUB -name NAME -email ADDRESS
//	operate doctor -table NAME [-region REGION]
//	operate verify -table NAME [-region REGION] [-endpoint URL] [-at TIME] [-stopped]
//	operate suppressions -table NAME [-region REGION] [-endpoint URL] [-mail URL] [-lift] ADDRESS
//	operate export -table NAME [-region REGION] [-endpoint URL] [-customers-domain DOMAIN] -customer ID [-user ID]
//	operate brand -table NAME [-region REGION] [-endpoint URL] [-name TEXT] … [-accent #rrggbb] [-logo FILE] [-logo-dark FILE] [-icon FILE]
//
// bootstrap writes the vendor (again, where the file changed), binds the first operator to the subject of its tokens, and has a link mailed to it
// that sets a password for the pages; its colleagues are invited there.
// Everything else goes through the public API. It may be run twice.
//
// doctor looks at what a deployment needs of its account: Lambda's concurrency, SES out of its sandbox, the table, the vendor. It writes nothing.
//
// verify reads the whole table and names every item that breaks an invariant; it writes nothing, and fails where it names any.
//
// suppressions says what stops invitations, offers and reminders to an address, in the table and in the mail service's own list; -lift takes
// the address off both.
//
// export writes all that is kept of a customer, or of one of its users, to the standard output: JSON, a thing a line. That is an event of the customer.
//
// brand shows who the vendor is and how it looks, or changes what is named; the rest stays. An empty value takes a phone, the hours or a
// picture away (-logo ""). It may be run twice.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/operator"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "operate:", err)
		os.Exit(1)
	}
}

const usage = `usage: operate bootstrap -table NAME -vendor FILE -issuer URL -subject SUB -name NAME -email ADDRESS
       operate doctor -table NAME [-region REGION]
       operate verify -table NAME [-region REGION] [-endpoint URL] [-at TIME] [-stopped]
       operate suppressions -table NAME [-region REGION] [-endpoint URL] [-mail URL] [-lift] ADDRESS
       operate export -table NAME [-region REGION] [-endpoint URL] [-customers-domain DOMAIN] -customer ID [-user ID]
       operate brand -table NAME [-region REGION] [-endpoint URL] [-name TEXT] [-legal-name TEXT] [-address TEXT] [-website URL]
                     [-help-mail ADDRESS] [-help-phone NUMBER] [-help-hours TEXT] [-language en|pl] [-accent #rrggbb]
                     [-prices net|gross] [-licenses-charged prorated|next_term] [-logo FILE] [-logo-dark FILE] [-icon FILE]
                     an empty value takes a phone, the hours or a picture away`

var commands = map[string]func(context.Context, []string) error{"bootstrap": begin, "doctor": doctor, "verify": check, "suppressions": suppressions, "export": export, "brand": show}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && commands[args[0]] != nil {
		return commands[args[0]](ctx, args[1:])
	}
	return errors.New(usage)
}

func begin(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bootstrap", flag.ContinueOnError)
	var table, file, issuer, subject string
	who := operator.Draft{}
	flags.StringVar(&table, "table", "", "name of the table (the stack's output TableName)")
	flags.StringVar(&file, "vendor", "", "JSON file that describes the vendor")
	flags.StringVar(&issuer, "issuer", "", "issuer of the operator's tokens")
	flags.StringVar(&subject, "subject", "", "subject (sub) of the operator's tokens")
	flags.StringVar(&who.Name, "name", "", "the operator's name")
	flags.StringVar(&who.Mail, "email", "", "the operator's email address")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var missing []string
	flags.VisitAll(func(f *flag.Flag) {
		if f.Value.String() == "" {
			missing = append(missing, "-"+f.Name)
		}
	})
	if len(missing) > 0 {
		return fmt.Errorf("missing %v\n%s", missing, usage)
	}
	vendor, err := readVendor(file)
	if err != nil {
		return err
	}
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if loaded.Region == "" {
		return errors.New("no region: set AWS_REGION to the stack's")
	}
	return bootstrap(ctx, dynamo.Over(dynamodb.NewFromConfig(loaded), table), vendor, who, issuer, subject)
}

// vendorFile is the vendor as the engineer writes it down.
type vendorFile struct {
	Name            string `json:"name"`
	LegalName       string `json:"legal_name"`
	Address         string `json:"address"`
	Website         string `json:"website"`
	HelpMail        string `json:"help_email"`
	HelpPhone       string `json:"help_phone"`
	HelpHours       string `json:"help_hours"`
	DefaultLanguage string `json:"default_language"`
	Accent          string `json:"accent"`
	Prices          string `json:"prices"`
	LicensesCharged string `json:"licenses_charged"`
}

// inFile turns the pointers of the checks into the file's names.
var inFile = strings.NewReplacer("/email", "help_email", "/phone", "help_phone", "/support_hours", "help_hours", "/language", "default_language", "/", "")

func readVendor(file string) (catalog.Vendor, error) {
	raw, err := os.Open(file)
	if err != nil {
		return catalog.Vendor{}, err
	}
	defer raw.Close()
	decoder := json.NewDecoder(raw)
	decoder.DisallowUnknownFields()
	var given vendorFile
	if err := decoder.Decode(&given); err != nil {
		return catalog.Vendor{}, fmt.Errorf("%s: %w", file, err)
	}
	vendor, err := catalog.Vendor{
		Name: given.Name, LegalName: given.LegalName, Address: given.Address, Website: given.Website, HelpMail: given.HelpMail,
		HelpPhone: given.HelpPhone, HelpHours: given.HelpHours, DefaultLanguage: given.DefaultLanguage, Accent: given.Accent,
		Prices: catalog.Prices(given.Prices), LicensesCharged: catalog.LicensesCharged(given.LicensesCharged), Sending: true,
	}.Clean()
	if err != nil {
		return catalog.Vendor{}, fmt.Errorf("%s:\n%s", file, wrong(err, inFile.Replace))
	}
	return vendor, nil
}

func bootstrap(ctx context.Context, table *dynamo.Table, vendor catalog.Vendor, who operator.Draft, issuer, subject string) error {
	ids := id.From(rand.Reader)
	o := op.Op{Actor: op.Actor{Kind: op.Job, ID: "operate"}, At: time.Now().UTC().Truncate(time.Millisecond), IDs: ids}
	o.ID = o.NewID()
	made, happened, err := operator.New(who, o)
	if err != nil {
		return errors.New(wrong(err, strings.NewReplacer("/", "-").Replace))
	}
	held, err := table.Vendor(ctx)
	if err != nil {
		return err
	}
	if held.Version > 0 {
		// a bootstrap changes who the vendor is, not whether it sends, nor its pictures
		vendor.Sending, vendor.Logo, vendor.LogoDark, vendor.Icon = held.Sending, held.Logo, held.LogoDark, held.Icon
	}
	vendor.Version = held.Version
	if vendor != held {
		if err := table.SaveVendor(ctx, vendor, o); err != nil {
			return err
		}
		fmt.Println("vendor written:", vendor.Name)
	} else {
		fmt.Println("vendor unchanged:", vendor.Name)
	}
	switch err := table.BindOperator(ctx, made, issuer, subject, happened, o); {
	case fault.Is(err, fault.Exists):
		fmt.Println("operator is bound already:", subject)
	case err != nil:
		return err
	default:
		fmt.Println("operator bound:", made.ID)
		fmt.Println("a link to set the password for the pages is on its way to", made.Mail)
	}
	return nil
}
