package main

import "net/url"

var urls = []string{"http://example.com", "https://user:pa%20ss@example.com:8443/a/b%2Fc?x=1&y=2#frag", "/a/b", "/a b", "a/b:c", "a:b", "1:b", "//host/path", "///path", "*", "", "?q", "#f", "mailto:a@b", "http://[::1]:80/",
	"http://[fe80::1%25eth0]/", "http://[::1", "http://a b/", "http://a%20b/", "http://a%zz/", "http://host:port/", "http://host:80:90/", "tcp://a:1,b:2/", "HTTP://H/", "http://h/%", "http://h/%zz", "http://h/\x7f", "http://h/é?é#é",
	"http://h?a=b;c", "http://h/a?b=%zz", ":a", "http://u@h@i/", "http://u{@h/", "http://%2f/", "http://[1.2.3.4]/", "http://[::ffff:1.2.3.4]/", "x://h/;a=1/$&+,=:@", "file:///etc/hosts", "http://h/a%2fb", "http://h//a", "./a:b", "http://h:/", "http://[::1]x/",
	"urn:isbn:1", "http://h/a?#", "http://h/?", "/a?b#c%20d", "http://h/[a]", "http://é.com/"}

var urlPieces = []string{":", "/", "//", "?", "#", "@", "%", "%20", "%2f", "%zz", "[", "]", "::1", "a", "Z", "0", "80", " ", "\t", "é", "\xff", "<", ">", "\"", "{", "|", "\\", "^", "`", "&", "=", ";", "+", ",", "*", "!", "(", ".", "-", "~", "'"}

var queries = []string{"", "a=1", "a=1&b=2", "a=1&a=2", "a", "=", "&", "a=%20+b", "a=%zz", "%zz=a", "a;b", "a=1;b=2&c", "a==b", "é=é", "a=%ff", "&&a=1&&"}

func partsOf(u *url.URL, err error) any {
	if err != nil {
		return err
	}
	user := any(nil)
	if u.User != nil {
		user = u.User.String()
	}
	return []any{u.Scheme, u.Opaque, user, u.Host, u.Path, u.RawPath, u.RawQuery, u.Fragment, u.RawFragment, u.ForceQuery, u.String(), u.Hostname(), u.Port(), u.EscapedPath(), u.EscapedFragment()}
}

func urlTables() []table {
	return []table{
		rows("url.Parse", changed(50, 900, urls, urlPieces), func(text string) any { return partsOf(url.Parse(text)) }),
		rows("url.ParseRequestURI", changed(51, 300, urls, urlPieces), func(text string) any { return partsOf(url.ParseRequestURI(text)) }),
		rows("URL.Query", changed(52, 150, queries, urlPieces), func(text string) any {
			entries := map[string]any{}
			for key, list := range (&url.URL{RawQuery: text}).Query() {
				entries[key] = list
			}
			return entries
		}),
		rows("url.QueryEscape", mixed(53, 100, 6, urlPieces), func(text string) any { return url.QueryEscape(text) }),
	}
}
