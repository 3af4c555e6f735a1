// Package picture checks the pictures of a brand before they are kept: small PNGs that are nothing else, and SVGs that can only be drawn.
package picture

import (
	"bytes"
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
