package page

// Listing is a list that the reader filters and turns over: its views, a form of filters, a table, and a way on and back.
type Listing struct {
	Tabs    *Tabs
	Path    string // where the filters lead; the list's own
	Filters []Filter
	// Carried are what the filters keep, for example the chosen tab.
	Carried []Hidden
	// Find looks for one thing by its exact name, beside what the filters choose; nil where nothing is found so.
	Find *Find
	// Clear leads to the list without filters; empty where none is set.
	Clear string
	// Count says how many rows there are; Chips are the filters that are set, each of which leads to the list without it.
	Count string
	Chips []Link
	Table Table
	// Empty stands where the table has no row.
	Empty Empty
	Pager Pager
}

// Filter is one field of a listing's form: either of the two.
type Filter struct {
	Select *Select
	Input  *Input
}

// Find is a form of one field, which is posted to the list's own path: what is typed there stands in no address.
type Find struct {
	Token  string
	Input  Input
	Button string
}

// Table has as many heads as each row has cells, and one more for the rows' titles.
type Table struct {
	Heads []string
	Rows  []TableRow
}

// TableRow is one row: its title, which may lead on, has lines below it in small. ID, where set, is what a link leads to it by.
type TableRow struct {
	ID         string
	Title, URL string
	Lines      []string
	Cells      []Cell
}

// Pager leads to the first and to the next page of a list, and to all of it as a file; a link without URL is not shown.
type Pager struct{ First, More, File Link }
