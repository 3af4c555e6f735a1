package locale

// serviceNames are the words of the services that a listing may choose and somebody may ask for, by their codes.
var serviceNames = map[string]func(Words) string{
	"advise": Words.ListingServiceAdvise, "set_up": Words.ListingServiceSetUp, "migrate": Words.ListingServiceMigrate, "manage": Words.ListingServiceManage,
	"train": Words.ListingServiceTrain, "support": Words.ListingServiceSupport, "integrate": Words.ListingServiceIntegrate, "secure": Words.ListingServiceSecure,
	"develop": Words.ListingServiceDevelop,
}

// Service names a service of partners by its code, on pages and in mails alike; the code itself where it is of a newer version.
func (w Words) Service(code string) string {
	if say := serviceNames[code]; say != nil {
		return say(w)
	}
	return code
}
