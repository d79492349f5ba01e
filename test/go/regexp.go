package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var patterns = []string{`a`, `a+`, `a*`, `^a$`, `(a)(b)?`, `(?P<x>a)|(?P<y>b)`, `(?<x>a)(?P<x>b)`, `[a-c]+`, `[^a]`, `(?<`, `(?P<`, `\d+`, `\pL+`, `\p{Greek}`, `(?i)A`, `(?s).`, `a{2}`, `a{2,3}`, `a{1001}`, `a**`, `(a`, `a)`, `[a`, `[z-a]`, `\`, `\q`,
	`(?=a)`, `(?<n`, `(?P<>a)`, `(?P<1a>a)`, `*a`, `a|*`, `x{2}{3}`, `\pX`, `[[:alpha:]]`, `[[:x:]]`, `(?i`, `(?z)`, `\Qa.b\E`, `\b`, `\z`, `\1`, `.`, ``, `a|b|`, `()`, `é+`, `[é-ü]`, `\x{1F600}`, `\x{110000}`, `\C`, `((((a))))`, `a??`, `a{,2}`}

var patternPieces = []string{`a`, `b`, `(`, `)`, `[`, `]`, `{2}`, `*`, `+`, `?`, `|`, `^`, `$`, `.`, `\`, `\d`, `\w`, `(?:`, `(?P<n>`, `-`, `é`, `:`, `[:alpha:]`, "\n"}

var subjects = []string{"", "a", "aab", "baabaa", "ab", "aé bé", "AaBb\n1", "😀a😀", "x.y", "a.b", "αβγ", "aaaa", "12 ab 345"}

// valid leaves out two kinds in which re2js differs: what is no UTF-8 is refused before anything else in a pattern, and `[[:]` is.
func valid(texts []string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return !utf8.ValidString(text) || strings.Contains(text, "[:]") })
}

func regexpTables() []table {
	var matches [][]string
	for _, pattern := range valid(changed(60, 600, patterns, patternPieces)) {
		if _, err := regexp.Compile(pattern); err != nil {
			continue
		}
		r := random(uint64(len(matches)))
		matches = append(matches, []string{pattern, subjects[r.IntN(len(subjects))]})
	}
	ask := func(call func(*regexp.Regexp, string) any) func([]string) any {
		return func(input []string) any { return call(regexp.MustCompile(input[0]), input[1]) }
	}
	list := func(texts []string) any {
		if texts == nil {
			return nil
		}
		return texts
	}
	return []table{
		rows("regexp.Compile", valid(changed(61, 600, patterns, patternPieces)), func(text string) any {
			_, err := regexp.Compile(text)
			return or(true, err)
		}),
		rows("regexp.Regexp.MatchString", matches, ask(func(re *regexp.Regexp, s string) any { return re.MatchString(s) })),
		rows("regexp.Regexp.FindString", matches, ask(func(re *regexp.Regexp, s string) any { return re.FindString(s) })),
		rows("regexp.Regexp.FindAllString", matches, ask(func(re *regexp.Regexp, s string) any { return list(re.FindAllString(s, -1)) })),
		rows("regexp.Regexp.Split", matches, ask(func(re *regexp.Regexp, s string) any { return list(re.Split(s, -1)) })),
		rows("regexp.Regexp.ReplaceAllString", matches, ask(func(re *regexp.Regexp, s string) any { return re.ReplaceAllString(s, "<$0$1${n}$$>") })),
		rows("regexp.QuoteMeta", mixed(62, 60, 6, patternPieces), func(text string) any { return regexp.QuoteMeta(text) }),
	}
}
