package main

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

var characters = []string{"a", "Z", "0", " ", "\t", "\n", "\r", "\x00", "\x07", "\x1b", "\x7f", `"`, "'", "`", `\`, "<", ">", "&", "é", "ß", "µ", "世", "😀",
	"\u0085", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ue000", "\u088f", "\u0378", "\U00011f5a", "\U0002ebf0", "\U000e0001",
	"\U0010ffff", "\xff", "\xc3", "\xe4\xb8", "\xed\xa0\x80"}

var literals = []string{`"a"`, `"a\tb"`, `"\xc3\xa9"`, `"\377"`, `"\u00e9\U0001F600"`, "`a\\n`", `'x'`, `'\''`, `"\""`, `""`, "``", `"é"`, `"\ud800"`, `"\U00110000"`, `"\'"`}

var integers = []string{"0", "1", "-1", "+7", "42", "007", "65535", "65536", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "99999999999999999999", "", "-", "+", "1_000", "0x1f", "١", " 1", "1 ", "1e3", "1.0"}

var digitPieces = []string{"0", "1", "9", "-", "+", "_", ".", "e", "x", "X", "b", "o", "p", "f", "n", "i", " ", "١", "\xff", "99999999999999999999"}

var floats = []string{"0", "1.5", "-0", "1e10", "1E-5", ".5", "5.", "1_0.5", "0x1p-2", "0x1.8p1", "0X_1.8P+1", "inf", "-Infinity", "NaN", "+nan", "1e400", "-1e400", "1e-400",
	"4.9406564584124654e-324", "1.7976931348623159e308", "123456789012345678901234567890", "0x1.fffffffffffff8p1023", "0x1p-1075"}

func strconvTables() []table {
	bases := []struct{ base, bits int }{{10, 64}, {10, 32}, {10, 16}, {10, 8}, {0, 64}, {0, 32}, {16, 64}, {2, 64}, {36, 64}}
	integerTexts := changed(3, 250, integers, digitPieces)
	tables := []table{
		rows("strconv.Quote", mixed(1, 400, 8, characters), func(text string) any { return strconv.Quote(text) }),
		rows("strconv.QuoteToASCII", mixed(2, 150, 8, characters), func(text string) any { return strconv.QuoteToASCII(text) }),
		rows("sha256 of strconv.QuoteRune of 4,096 runes", blocks(), func(from int) any { return digest(from, strconv.QuoteRune) }),
		rows("strconv.Unquote", changed(4, 300, literals, append(characters, `\n`, `\x`, `\u`, `\U000`, "7", "f")), func(text string) any { return or(strconv.Unquote(text)) }),
		rows("strconv.CanBackquote", mixed(5, 100, 3, characters), func(text string) any { return strconv.CanBackquote(text) }),
		rows("strconv.ParseBool", append(changed(6, 60, []string{"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"},
			[]string{"t", "T", "r", "u", "e", "E", "0", "1", " ", "\xff", "é"}), "", "yes", "tRUE"), func(text string) any { return or(strconv.ParseBool(text)) }),
		rows("strconv.Atoi", integerTexts, func(text string) any {
			n, err := strconv.Atoi(text)
			return or(int64(n), err)
		}),
		rows("strconv.ParseFloat 64", changed(8, 300, floats, digitPieces), func(text string) any {
			f, err := strconv.ParseFloat(text, 64)
			return or(strconv.FormatFloat(f, 'x', -1, 64), err)
		}),
		rows("strconv.ParseFloat 32", changed(9, 100, floats, digitPieces), func(text string) any {
			f, err := strconv.ParseFloat(text, 32)
			return or(strconv.FormatFloat(f, 'x', -1, 32), err)
		}),
	}
	var floatForms [][]string
	r := random(19)
	for _, text := range append(floats, "0.1", "123456789", "1e20", "1e21", "999999", "1e6", "1e-5", "12345.678", "0.000123", "2.5", "3.5", "5e-324", "65504") {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			for _, form := range []string{"e -1", "f -1", "g -1", "x -1", "b -1", "E 3", "f 0", "f 2", "g 4", "G 20", "e 0", "x 2"} {
				floatForms = append(floatForms, []string{strconv.FormatFloat(f, 'x', -1, 64), form})
			}
		}
	}
	for range 300 {
		f := (r.Float64() - 0.5) * math.Pow10(r.IntN(40)-20)
		floatForms = append(floatForms, []string{strconv.FormatFloat(f, 'x', -1, 64), []string{"e -1", "f -1", "g -1", "g 3", "f 5", "e 17"}[r.IntN(6)]})
	}
	tables = append(tables, rows("strconv.FormatFloat", floatForms, formatFloat))
	for i, b := range bases {
		texts := changed(uint64(20+i), 80, integers, digitPieces)
		tables = append(tables,
			rows(fmt.Sprintf("strconv.ParseInt %d %d", b.base, b.bits), texts, func(text string) any { return or(strconv.ParseInt(text, b.base, b.bits)) }),
			rows(fmt.Sprintf("strconv.ParseUint %d %d", b.base, b.bits), texts, func(text string) any { return or(strconv.ParseUint(text, b.base, b.bits)) }))
	}
	return tables
}

// formatFloat takes a float as a hexadecimal text, and the verb with the precision.
func formatFloat(input []string) any {
	f, _ := strconv.ParseFloat(input[0], 64)
	precision, _ := strconv.Atoi(input[1][2:])
	return strconv.FormatFloat(f, input[1][0], precision, 64)
}

const blockSize = 4096

func blocks() []int {
	var starts []int
	for from := 0; from <= unicode.MaxRune; from += blockSize {
		starts = append(starts, from)
	}
	return starts
}

func digest(from int, text func(rune) string) string {
	hash := sha256.New()
	for r := from; r < from+blockSize; r++ {
		hash.Write([]byte(text(rune(r))))
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:16]
}

// classOf tells what package unicode says of a rune, and what package strings makes of it.
func classOf(r rune) string {
	var out strings.Builder
	for _, is := range []func(rune) bool{unicode.IsPrint, unicode.IsLetter, unicode.IsDigit, unicode.IsUpper, unicode.IsLower, unicode.IsSpace} {
		fmt.Fprint(&out, is(r), " ")
	}
	for _, to := range []func(rune) rune{unicode.ToUpper, unicode.ToLower, unicode.ToTitle} {
		fmt.Fprint(&out, to(r), " ")
	}
	return out.String()
}

func stringsTables() []table {
	spaces := append([]string{"\v", "\f", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000", "\u180e", "\u200b", " ", " "}, characters...)
	return []table{
		rows("strings.TrimSpace", mixed(10, 300, 6, spaces), func(text string) any { return strings.TrimSpace(text) }),
		rows("strings.ToUpper", mixed(11, 150, 6, append(characters, "ǆ", "ı", "ŉ", "ᾳ", "ﬁ", "ა")), func(text string) any { return strings.ToUpper(text) }),
		rows("strings.ToLower", mixed(12, 150, 6, append(characters, "Ǆ", "İ", "Σ", "ẞ", "Ა")), func(text string) any { return strings.ToLower(text) }),
		rows("sha256 of package unicode's classes and cases of 4,096 runes", blocks(), func(from int) any { return digest(from, classOf) }),
	}
}
