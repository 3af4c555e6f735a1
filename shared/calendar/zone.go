// Package calendar is the calendar of a country: its time zone, and terms counted in months on it.
package calendar

import (
	"strings"
	"time"
)

// Zone returns the time zone of a country (ISO 3166-1 alpha-2), and UTC where we know none.
// A country with several zones has that of its capital or its largest city; every time that
// a page or mail writes names its zone, so that it is right for everyone.
//
// The rules stand here because a function's machine may have no zone files (older images of
// provided.al2023 have none) and time/tzdata would add 450 kB to each function. They are the
// rules in force, so they hold for times from about 2026 on; a test compares them with Go's own copy.
func Zone(country string) *time.Location {
	if len(country) != 2 {
		return time.UTC
	}
	i := strings.Index(zones, " "+country)
	if i < 0 {
		return time.UTC
	}
	line := zones[strings.LastIndexByte(zones[:i], '\n')+1 : i]
	rule, _, _ := strings.Cut(line, " ")
	zone, err := time.LoadLocationFromTZData("", zoneFile(rule))
	if err != nil {
		return time.UTC
	}
	return zone
}

// zoneFile wraps a rule in the smallest time zone file there is (RFC 8536, version 2): no
// transitions, one type that the rule overrules, and the rule as its footer.
func zoneFile(rule string) []byte {
	header := "TZif2" + strings.Repeat("\x00", 15)
	counts := func(types, chars byte) string {
		return strings.Repeat("\x00", 12) + "\x00\x00\x00\x00" + "\x00\x00\x00" + string([]byte{types}) + "\x00\x00\x00" + string([]byte{chars})
	}
	const utc = "\x00\x00\x00\x00" + "\x00" + "\x00" // no offset, no summer time, name at 0
	return []byte(header + counts(0, 0) + header + counts(1, 4) + utc + "UTC\x00" + "\n" + rule + "\n")
}

// zones holds a line for each rule (POSIX TZ, as in the IANA files' footers) with its countries.
const zones = `
CET-1CEST,M3.5.0,M10.5.0/3 AD AL AT BA BE CH CZ DE DK ES FR GI HR HU IT LI LU MC ME MK MT NL NO PL RS SE SI SJ SK SM VA XK
AST4 AG AI AW BB BL BQ CW DM DO GD GP KN LC MF MQ MS PR SX TT VC VG VI
GMT0 BF CI GH GM GN GW IS LR ML MR SH SL SN ST TG
WAT-1 AO BJ CD CF CG CM GA GQ NE NG TD
<+03>-3 BH BY IQ JO KW QA SA SY TR YE
CAT-2 BI BW MW MZ NA RW SD SS ZM ZW
EAT-3 DJ ER ET KE KM MG SO TZ UG YT
EET-2EEST,M3.5.0/3,M10.5.0/4 AX BG CY EE FI GR LT LV RO UA
<+04>-4 AE AM AZ GE MU OM RE SC
<-03>3 AR BR FK GF PY SR UY
CST6 BZ CR GT HN MX NI SV
<+05>-5 KZ MV TF TJ TM UZ
<+07>-7 CX KH LA TH VN
EST5EDT,M3.2.0,M11.1.0 BS CA HT TC US
<+06>-6 BD BT IO KG
<+08>-8 BN MN MY SG
<+12>-12 FJ NR TV WF
GMT0BST,M3.5.0/1,M10.5.0 GB GG IM JE
<+11>-11 NC SB VU
<+13>-13 TK TO WS
<-04>4 BO GY VE
<-05>5 CO EC PE
CST-8 CN MO TW
EST5 JM KY PA
SAST-2 LS SZ ZA
<+01>-1 EH MA
<+0630>-6:30 CC MM
<+09>-9 PW TL
CET-1 DZ TN
ChST-10 GU MP
KST-9 KP KR
WET0WEST,M3.5.0/1,M10.5.0 FO PT
<+0330>-3:30 IR
<+0430>-4:30 AF
<+0530>-5:30 LK
<+0545>-5:45 NP
<+11>-11<+12>,M10.1.0,M4.1.0/3 NF
<-01>1 CV
<-02>2 GS
<-02>2<-01>,M3.5.0/-1,M10.5.0/0 GL
<-03>3<-02>,M3.2.0,M11.1.0 PM
<-04>4<-03>,M9.1.6/24,M4.1.6/24 CL
<-08>8 PN
<-10>10 CK
<-11>11 NU
AEST-10AEDT,M10.1.0,M4.1.0/3 AU
AST4ADT,M3.2.0,M11.1.0 BM
CST5CDT,M3.2.0/0,M11.1.0/1 CU
EET-2 LY
EET-2EEST,M3.4.4/50,M10.4.4/50 PS
EET-2EEST,M3.5.0,M10.5.0/3 MD
EET-2EEST,M3.5.0/0,M10.5.0/0 LB
EET-2EEST,M4.5.5/0,M10.5.4/24 EG
HKT-8 HK
IST-1GMT0,M10.5.0,M3.5.0/1 IE
IST-2IDT,M3.4.4/26,M10.5.0 IL
IST-5:30 IN
JST-9 JP
MSK-3 RU
NZST-12NZDT,M9.5.0,M4.1.0/3 NZ
PKT-5 PK
PST-8 PH
SST11 AS
WIB-7 ID
`
