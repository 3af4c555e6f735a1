package locale

// Cost is an amount that is due every month or every year.
type Cost struct {
	Money
	Yearly bool
}

// PerLicense writes what one licence costs, net or gross.
func (w Words) PerLicense(c Cost) string {
	switch {
	case c.Yearly && w.ofGross():
		return w.CostLicenceYearGross(c.Money)
	case c.Yearly:
		return w.CostLicenceYear(c.Money)
	case w.ofGross():
		return w.CostLicenceMonthGross(c.Money)
	}
	return w.CostLicenceMonth(c.Money)
}

// PerTerm writes what is due every month or every year, net or gross.
func (w Words) PerTerm(c Cost) string {
	switch {
	case c.Yearly && w.ofGross():
		return w.CostYearGross(c.Money)
	case c.Yearly:
		return w.CostYear(c.Money)
	case w.ofGross():
		return w.CostMonthGross(c.Money)
	}
	return w.CostMonth(c.Money)
}

// Sums writes what several things cost together, a line for each term and currency, in the order in which they come.
func (w Words) Sums(costs ...Cost) []string {
	var sums []Cost
	for _, c := range costs {
		i := 0
		for i < len(sums) && (sums[i].Yearly != c.Yearly || sums[i].Currency != c.Currency) {
			i++
		}
		if i == len(sums) {
			sums = append(sums, c)
			continue
		}
		sums[i].AmountMinor += c.AmountMinor
	}
	said := make([]string, len(sums))
	for i, sum := range sums {
		said[i] = w.PerTerm(sum)
	}
	return said
}
