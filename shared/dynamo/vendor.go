package dynamo

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/op"
)

// Vendor reads who runs the program; zero where nothing was set up. Pages and mail may use one up to 60 seconds old.
func (t *Table) Vendor(ctx context.Context) (catalog.Vendor, error) {
	var v catalog.Vendor
	it, err := t.get(ctx, vendorKey(), true)
	if err != nil {
		return v, err
	}
	return v, decode(it, &v)
}

// SaveVendor writes the vendor over the version that was read (0: there was none).
// It fails with Stale where somebody was faster.
func (t *Table) SaveVendor(ctx context.Context, v catalog.Vendor, o op.Op) error {
	seen := v.Version
	v.Version++
	it := classed("vendor", v)
	it["created_at"] = text(stamp(o.At))
	row := put(vendorKey(), it)
	if seen == 0 {
		return t.write(ctx, o, row.ifAbsent())
	}
	return t.write(ctx, o, row.ifVersion(seen))
}
