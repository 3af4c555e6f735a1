package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// verdict is what became of a goal.
type verdict string

// The verdicts.
const (
	met         verdict = "met"
	missed      verdict = "MISSED"
	notMeasured verdict = "not measured"
)

// row is one goal and what was seen of it.
type row struct {
	ID, Goal, Measured string
	Verdict            verdict
	// By is by how much a goal was missed, or why it was not measured.
	By string
}

// report gathers the rows, and the details of each as Markdown with its plots.
type report struct {
	folder   string
	settings string
	rows     []row
	sections []string
	uses     []held   // P3's
	sizes    string   // of the items that the uses wrote, as Markdown
	excess   []string // what P3 found above what infra/design/data.md allows
}

// judge adds a row.
func (r *report) judge(id, goal, measured string, v verdict, by string) {
	r.rows = append(r.rows, row{id, goal, measured, v, by})
	line := fmt.Sprintf("%-4s %-12s %s", id, v, measured)
	if by != "" {
		line += " (" + by + ")"
	}
	fmt.Println(line)
}

// limit judges a figure against the most it may be.
func (r *report) limit(id, goal, what string, value, most float64, format string) {
	v, by := met, ""
	if value > most {
		v, by = missed, fmt.Sprintf("%.0f %% over", above(value, most))
	}
	r.judge(id, goal, fmt.Sprintf(format, value)+" "+what, v, by)
}

// section adds details under a heading.
func (r *report) section(title, text string) {
	r.sections = append(r.sections, "## "+title+"\n\n"+strings.TrimSpace(text)+"\n")
}

// plot writes a chart beside the report and returns the Markdown that shows it.
func (r *report) plot(name string, c chart) (string, error) {
	if err := os.WriteFile(filepath.Join(r.folder, name+".svg"), []byte(c.svg()), 0o644); err != nil {
		return "", err
	}
	return fmt.Sprintf("![%s](%s.svg)\n", c.Title, name), nil
}

// summary is the one line that says how it went.
func (r *report) summary() string {
	count := map[verdict]int{}
	var open []string
	for _, one := range r.rows {
		count[one.Verdict]++
		if one.Verdict != met {
			open = append(open, one.ID+" "+one.Measured)
		}
	}
	line := fmt.Sprintf("%d met, %d MISSED, %d not measured", count[met], count[missed], count[notMeasured])
	if len(open) > 0 {
		line += ": " + strings.Join(open, "; ")
	}
	if len(r.excess) > 0 {
		line += ". FAILED: P3 costs more than infra/design/data.md allows: " + strings.Join(r.excess, "; ")
	}
	return line
}

// write writes build/bench/report.md.
func (r *report) write() error {
	var b strings.Builder
	fmt.Fprintf(&b, "# What `make bench` saw\n\n**%s**\n\n", r.summary())
	fmt.Fprintf(&b, "%s on %s/%s, %d processors, %s. Machines are noisy: only ratios, request counts and capacity units count. "+
		"P3 and the units come from items' sizes by AWS's published rules.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), r.settings)
	b.WriteString("| row | goal | measured | | by how much, or why not |\n|---|---|---|---|---|\n")
	for _, one := range r.rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", one.ID, one.Goal, one.Measured, one.Verdict, one.By)
	}
	for _, one := range r.rows {
		if why := because(one.ID, one.Goal); one.Verdict == missed {
			if why == "" {
				why = "no reason is known: look into it."
			}
			fmt.Fprintf(&b, "\nWhy %s is missed (%s; %s): %s\n", one.ID, one.Measured, one.By, why)
		}
	}
	for _, text := range r.sections {
		b.WriteString("\n" + text)
	}
	return os.WriteFile(filepath.Join(r.folder, "report.md"), []byte(b.String()), 0o644)
}
