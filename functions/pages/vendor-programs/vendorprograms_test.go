package vendorprograms_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path  = "/vendor/programs"
	held  = "cloud_essentials" // all partners of a world are in it
	edits = path + "/" + held + "/edit"
)

func stored(s *pagetest.World, name string) catalog.Program {
	all, err := s.Programs(context.Background())
	s.Must(err)
	return all.ByName[name]
}

// put writes a program behind the page's back.
func put(s *pagetest.World, name string, rights ...catalog.Right) {
	_, err := catalog.PutProgram(context.Background(), s, catalog.Program{Name: name, Title: pagetest.Both(name, name), Rights: rights},
		func(catalog.Program) error { return nil }, s.Op())
	s.Must(err)
}

// TestMake makes a program: nothing is there before the last press, and a second one leads to the same program. One may be called "new".
func TestMake(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has("Cloud Essentials", held, w.ProgramsAdministration())
		v.See("vendor-programs")
		v.Open(http.StatusOK, v.Page.Links(w.ProgramsNew())[0])
		v.See("vendor-program-new")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "id", "New")
		v.Has(w.ProgramsIDWrong(), w.CatalogIn(w.ProgramsName(), "Polski")+":")
		v.Click(http.StatusConflict, w.SiteNext(), "id", held, "name_en", "Newcomers", "name_pl", "Początkujący")
		v.Has(w.ProgramsIDTaken())
		v.Click(http.StatusOK, w.SiteNext(), "id", "new", "rights", "reselling")
		v.Has(w.ProgramsThenNew(), w.ProgramsReselling())
		v.Lacks(w.ProgramsAdministration(), w.CatalogAffected())
		v.See("vendor-program-check")
		if stored(s, "new").Version != 0 {
			t.Fatal("the check made it")
		}
		check := v.Page
		for _, said := range []string{w.ProgramsMade(), w.PartnerUsersSaved()} {
			v.Page = check
			v.Click(http.StatusOK, w.ProgramsMake())
			v.At(path + "/new")
			v.Has(said, w.ProgramsNoHolders(), w.ProgramsReselling())
		}
		if of := stored(s, "new"); of.Version != 1 || !slices.Equal(of.Rights, []catalog.Right{catalog.Reselling}) || of.Title["pl"] != "Początkujący" {
			t.Errorf("%+v", of)
		}
	})
}

// TestTake takes a right away: what that means, and for how many, is said before the press. Who has it by another program keeps it.
func TestTake(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"/"+held+"?lang="+language)
		v.Has(pagetest.Baltic, "Vistula Advice S.A.", w.ProgramsAdministration())
		v.Lacks(w.ProgramsCounted(100))
		v.See("vendor-program")
		v.Open(http.StatusOK, edits)
		v.Choose(http.StatusOK, w.SiteNext(), "rights", "reselling")
		v.Has(w.ProgramsThenNoAdministration(), w.ProgramsThenReselling(), w.ProgramsThenOther(), w.ProgramsLoses(w.ProgramsAdministration())+" "+w.ProgramsPartners(4),
			w.ProgramsGains(w.ProgramsReselling())+" "+w.ProgramsPartners(4), w.CatalogBefore(w.ProgramsAdministration()))
		v.See("vendor-program-changes")
		v.Click(http.StatusOK, w.FrameChange())
		v.Choose(http.StatusOK, w.SiteNext(), "rights")
		v.Has(w.ProgramsNothing(), w.ProgramsThenNoAdministration())
		v.Lacks(w.ProgramsThenReselling())
		put(s, "other", catalog.DelegatedAdministration)
		s.Enrol(pagetest.Asking, "other")
		v.Click(http.StatusOK, w.FrameChange())
		v.Choose(http.StatusOK, w.SiteNext(), "rights")
		v.Has(w.ProgramsLoses(w.ProgramsAdministration()) + " " + w.ProgramsPartners(3))
		v.Click(http.StatusOK, w.ProgramsSave())
		v.Has(w.PartnerUsersSaved(), w.ProgramsNothing())
		if got := stored(s, held).Rights; len(got) != 0 {
			t.Errorf("gives %v", got)
		}
		v.Open(http.StatusOK, edits)
		v.Click(http.StatusOK, w.SiteNext(), "name_en", "Essentials")
		v.Has(w.ProgramsThenName())
		v.Lacks(w.ProgramsThenOther())
		v.Click(http.StatusOK, w.ProgramsSave())
		v.Open(http.StatusOK, edits)
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.CatalogSame())
	})
}

// TestCounted: where there are more partners than one call reads, the page says how far it counted.
func TestCounted(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	s.ManyPartners(100)
	v.Open(http.StatusOK, path+"/"+held)
	v.Has(v.W.ProgramsCounted(100))
	v.Open(http.StatusOK, edits)
	v.Choose(http.StatusOK, v.W.SiteNext(), "rights", "delegated_administration", "reselling")
	v.Has(v.W.ProgramsCounted(100))
}

// TestStale: what a colleague saved meanwhile is not written over unseen, and what was typed is kept; another program is nobody's matter.
func TestStale(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	v.Open(http.StatusOK, edits)
	v.Click(http.StatusOK, w.SiteNext(), "name_en", "Mine")
	put(s, "another")
	check := v.Page
	put(s, held, catalog.Reselling)
	v.Click(http.StatusConflict, w.ProgramsSave())
	v.Has(w.CatalogOvertakenTitle())
	v.See("vendor-program-overtaken")
	if of := stored(s, held); of.Title["en"] != held || !slices.Equal(of.Rights, []catalog.Right{catalog.Reselling}) {
		t.Errorf("%+v", of)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.Has("Mine", w.CatalogBefore(w.ProgramsReselling()))
	v.Click(http.StatusOK, w.ProgramsSave())
	v.Page = check
	v.Click(http.StatusOK, w.ProgramsSave()) // it says what stands there by now
	put(s, "another", catalog.Reselling)
	v.Open(http.StatusOK, edits)
	v.Click(http.StatusOK, w.SiteNext(), "name_en", "Mine again")
	put(s, "another")
	v.Click(http.StatusOK, w.ProgramsSave())
	if of := stored(s, held); of.Title["en"] != "Mine again" {
		t.Errorf("%+v", of)
	}
}

// between changes the program right before it is saved.
type between struct {
	pagetest.Table
	first func()
}

// SavePrograms implements catalog.Store.
func (b *between) SavePrograms(ctx context.Context, p catalog.Programs, happened event.Event, o op.Op) error {
	if first := b.first; first != nil {
		b.first = nil
		first()
	}
	return b.Table.SavePrograms(ctx, p, happened, o)
}

// TestRace: who is overtaken between the read and the write is told so, too.
func TestRace(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	s.Serve(&between{s.Table.Table, func() { put(s, held, catalog.Reselling) }})
	v.Open(http.StatusOK, edits)
	v.Click(http.StatusOK, v.W.SiteNext(), "name_en", "Mine")
	v.Click(http.StatusConflict, v.W.ProgramsSave())
	v.Has(v.W.CatalogOvertakenTitle())
}

// TestMany: the last program that fits is the last, and a first one stands where there was none.
func TestMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	all, err := s.Programs(context.Background())
	s.Must(err)
	for i := range catalog.MaxPrograms - 1 {
		name := "p" + strconv.Itoa(i)
		all.ByName[name] = catalog.Program{Name: name, Title: pagetest.Both(name, name), Version: 1}
	}
	s.Must(s.SavePrograms(context.Background(), all, event.New(s.Op(), event.Vendor(), event.Of("p", catalog.ProgramChangedEvent{})), s.Op()))
	v.Open(http.StatusOK, path+"?new=yes")
	v.Click(http.StatusOK, v.W.SiteNext(), "id", "more", "name_en", "More", "name_pl", "Więcej")
	v.Click(http.StatusConflict, v.W.ProgramsMake())
	v.Has(v.W.ProgramsMany(catalog.MaxPrograms))
	all.ByName, all.Version = map[string]catalog.Program{}, all.Version+1
	s.Must(s.SavePrograms(context.Background(), all, event.New(s.Op(), event.Vendor(), event.Of("p", catalog.ProgramChangedEvent{})), s.Op()))
	v.Open(http.StatusOK, path)
	v.Has(v.W.ProgramsNone())
	v.See("vendor-programs-none")
}

// TestKept: the language changes on both pages, and an old form keeps its ticks.
func TestKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path+"?new=yes")
	v.Click(http.StatusOK, v.W.SiteNext(), "id", "more", "name_en", "More", "name_pl", "Więcej", "rights", "reselling")
	v.Switch(http.StatusOK, v.W.ProgramsMake(), "pl")
	v.Has(v.W.ProgramsCheck(), v.W.ProgramsReselling())
	v.Click(http.StatusOK, v.W.FrameChange())
	v.Switch(http.StatusOK, v.W.SiteNext(), "en")
	address, form := v.Page.Form(v.W.SiteNext())
	if form.Get("rights") != "reselling" || form.Get("id") != "more" {
		t.Errorf("%v", form)
	}
	form.Set("form_token", "old")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Page = page
	v.Look(page, http.StatusForbidden, "an old form")
	if !strings.Contains(string(page.Body), `value="reselling" checked`) || stored(s, "more").Version != 0 {
		t.Errorf("%s", page.Body)
	}
}

// TestOnlyOperators: people of partners see nothing of it, and there is nothing where no program is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, path + "?new=yes", path + "/" + held, edits} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	for _, where := range []string{path + "/none", path + "/none/edit"} {
		v.Open(http.StatusNotFound, where)
	}
}
