package main

import (
	"net"
	"net/netip"
)

var addresses = []string{"0.0.0.0", "10.0.0.1", "127.0.0.1", "127.255.0.9", "169.254.1.1", "224.0.0.1", "224.0.1.1", "239.1.2.3", "255.255.255.255", "192.168.1.1", "1.2.3", "1.2.3.4.5",
	"256.1.1.1", "01.2.3.4", "1..2.3", "1.2.3.", ".1.2.3", "1.2.3.4a", "::", "::1", "1::", "fe80::1", "fe80::1%eth0", "fe80::1%", "%eth0", "ff02::1", "ff05::2", "ff01::1", "2001:db8::1", "2001:DB8:0:0:1:0:0:1",
	"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1::2::3", "::ffff:1.2.3.4", "::ffff:127.0.0.1", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4",
	"12345::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", ":1", "1:", "g::", "1:2:3:4:5:6:7:8::", "", "a", "::ffff:0:0", "0:0:1::"}

var addressPieces = []string{":", "::", ".", "0", "1", "9", "25", "256", "f", "F", "abcd", "g", "%", "%eth0", "/", "/24", "/128", " ", "é", "\xff", "\"", "[", "]"}

var prefixes = []string{"10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0", "1.2.3.4/32", "1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/+8", "1.2.3.4/-1", "1.2.3.4/", "1.2.3.4", "/8", "::/0", "fe80::/10", "fe80::1%eth0/64",
	"2001:db8::1/32", "::1/128", "::1/129", "::1/00", "::ffff:1.2.3.4/96", "::ffff:1.2.3.4/120", "1.2.3.4/8/8", "1.2.3.4/ 8", "1.2.3.4/99999999999999999999", "a/8", "1.2.3/8"}

var hostPorts = []string{"localhost:80", "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", ":80", "host:", "host", "::1", "[::1]", "[::1", "::1]:80", "a:b:c", "[a]b:80", "[a]:b:80", "a[b:80", "a]b:80", "[[a]]:80", "", ":", "[]:", "host:http"}

func addressOf(text string) any {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return err
	}
	return []any{address.String(), address.BitLen(), address.Zone(), address.Is4In6(), address.IsUnspecified(), address.IsLoopback(), address.IsMulticast(),
		address.IsLinkLocalUnicast(), address.IsLinkLocalMulticast(), address.IsGlobalUnicast(), address.Unmap().String()}
}

func prefixOf(text string) any {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return err
	}
	return []any{prefix.String(), prefix.Bits(), prefix.Masked().String()}
}

func contains(texts []string) any {
	return netip.MustParsePrefix(texts[0]).Contains(netip.MustParseAddr(texts[1]))
}

func netTables() []table {
	var pairs, members [][]string
	for _, a := range prefixes {
		if _, err := netip.ParsePrefix(a); err != nil {
			continue
		}
		for _, b := range addresses {
			if _, err := netip.ParseAddr(b); err == nil {
				members = append(members, []string{a, b})
			}
		}
		for _, b := range prefixes {
			if _, err := netip.ParsePrefix(b); err == nil {
				pairs = append(pairs, []string{a, b})
			}
		}
	}
	return []table{
		rows("netip.ParseAddr", changed(40, 700, addresses, addressPieces), addressOf),
		rows("netip.ParsePrefix", changed(41, 400, prefixes, addressPieces), prefixOf),
		rows("netip.Prefix.Contains", members, contains),
		rows("net.SplitHostPort", changed(42, 300, hostPorts, addressPieces), func(text string) any {
			host, port, err := net.SplitHostPort(text)
			return or([]string{host, port}, err)
		}),
	}
}
