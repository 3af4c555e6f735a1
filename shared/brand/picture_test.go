package brand

import "testing"

func TestAFilesNameSaysWhatIsInIt(t *testing.T) {
	name := FileName(LogoDark, SVG, []byte("x"))
	if name != "logo-dark-2d711642b726b044.svg" || FileName(LogoDark, SVG, []byte("y")) == name {
		t.Error(name)
	}
	for file, kind := range map[string]string{
		name: SVG, FileName(Logo, PNG, nil): PNG, FileName(Icon, SVG, nil): SVG,
		"": "", "logo-.svg": "", "logo-2d711642b726b044": "", "2d711642b726b044.svg": "", "-2d711642b726b044.svg": "",
		"logo-2D711642B726B044.svg": "", "logo-2d711642b726b04.svg": "", "logo-2d711642b726b044.gif": "", "logo-2d711642b726b044.svg.png": "",
		"photo-2d711642b726b044.svg": "", "logo/2d711642b726b044.svg": "", ".svg": "",
	} {
		if IsPicture(file) != (kind != "") || kind != "" && Kind(file) != kind {
			t.Errorf("%s: %v, %s", file, IsPicture(file), Kind(file))
		}
	}
}
