package partner

import (
	"reflect"
	"testing"
)

// TestChangesReachEveryField: each field of a profile can be changed, is kept by the partner, and is told as the one that differs.
func TestChangesReachEveryField(t *testing.T) {
	seen := map[string]bool{}
	for i := range reflect.TypeFor[Profile]().NumField() {
		name := reflect.TypeFor[Profile]().Field(i).Name
		given := "new"
		var changes Changes
		field := reflect.ValueOf(&changes).Elem().FieldByName(name)
		if !field.IsValid() {
			t.Errorf("Changes has no %s: add it there and to apply", name)
			continue
		}
		field.Set(reflect.ValueOf(&given))
		profile, asked := changes.apply(Profile{})
		if !asked || reflect.ValueOf(profile).Field(i).String() != given {
			t.Errorf("%s is not changed: add it to Changes.apply", name)
			continue
		}
		next := Partner{}.with(profile)
		if next.profile() != profile {
			t.Errorf("%s is not kept: add it to Partner.with and Partner.profile", name)
			continue
		}
		differs := Partner{}.differing(next)
		if len(differs) != 1 || seen[differs[0]] {
			t.Errorf("%s differs, listed is %v: add it to Partner.differing", name, differs)
			continue
		}
		seen[differs[0]] = true
	}
}
