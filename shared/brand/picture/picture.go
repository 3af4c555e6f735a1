// Package picture checks the pictures of a brand before they are kept: small PNGs that are nothing else, and SVGs that can only be drawn.
package picture

import (
	"bytes"
	"encoding/base64"
	"image/png"

	"liaison/shared/brand"
	"liaison/shared/fault"
)

// The limits of a picture: its bytes, and the pixels of a PNG.
const (
	MaxBytes  = 32 << 10
	MaxWidth  = 1024
	MaxHeight = 512
)

// Read returns the bytes as a picture of that use, under the name of its content. It fails with Invalid: picture_too_large,
// picture_format (neither a PNG nor an SVG, or not whole, or something behind its end), picture_dimensions, picture_content (what in an SVG
// is not allowed).
func Read(use brand.Use, data []byte) (brand.Picture, error) {
	kind, check := brand.SVG, svg
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		kind, check = brand.PNG, pixels
	}
	if len(data) > MaxBytes {
		return brand.Picture{}, fault.PictureTooLarge.With(MaxBytes >> 10)
	}
	if err := check(data); err != nil {
		return brand.Picture{}, err
	}
	return brand.Picture{File: brand.FileName(use, kind, data), Kind: kind, Data: data}, nil
}

// pixels checks a PNG: its measures before its pixels are unpacked, then all of it, and that nothing follows.
func pixels(data []byte) error {
	head, err := png.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return fault.PictureFormat.Because(err)
	case head.Width > MaxWidth || head.Height > MaxHeight:
		return fault.PictureDimensions
	}
	rest := bytes.NewReader(data)
	if _, err := png.Decode(rest); err != nil {
		return fault.PictureFormat.Because(err)
	}
	if rest.Len() > 0 {
		return fault.PictureFormat
	}
	return nil
}

// Sent is a picture as a request holds it: a new one has its data, one that stays the address that was read.
type Sent struct {
	Kind string  // its media type
	Data *string // Base64 (RFC 4648, section 4)
	URL  *string
}

// Keep returns the file that a thing is to have which has held, served at an address, and the picture where it is new. What is wrong it notes below the
// pointer.
func (s Sent) Keep(use brand.Use, held, address, pointer string, wrong *fault.Check) (file string, fresh *brand.Picture) {
	switch {
	case s.Data != nil && s.URL == nil:
		made, err := decode(use, *s.Data)
		if err != nil {
			wrong.Take(fault.As(err).In(pointer + "/data"))
			return "", nil
		}
		if made.Kind != s.Kind {
			wrong.Add(pointer+"/media_type", fault.InvalidValue, fault.OneOf(made.Kind))
		}
		return made.File, &made
	case s.Data == nil && s.URL == nil:
		wrong.Add(pointer+"/data", fault.Required)
	case s.Data != nil || held == "" || *s.URL != address:
		wrong.Add(pointer+"/url", fault.InvalidValue)
	case s.Kind != brand.Kind(held):
		wrong.Add(pointer+"/media_type", fault.InvalidValue, fault.OneOf(brand.Kind(held)))
	default:
		return held, nil
	}
	return "", nil
}

func decode(use brand.Use, text string) (brand.Picture, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return brand.Picture{}, fault.InvalidFormat.With("base64")
	}
	return Read(use, data)
}
