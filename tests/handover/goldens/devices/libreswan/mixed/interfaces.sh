#!/bin/sh
# long-partner-named-mixed: written by natlane for Libreswan. Replace every word in capitals before you load it.
# Libreswan makes the interfaces ipsec1 and ipsec2 itself. Run this once they are there.
set -e

ip addr add 169.254.44.2/30 dev ipsec1
ip link set ipsec1 mtu 1399 up
sysctl -w net.ipv4.conf.ipsec1.rp_filter=2
ip route replace 10.181.0.0/27 dev ipsec1 metric 10

ip addr add 169.254.44.6/30 dev ipsec2
ip link set ipsec2 mtu 1399 up
sysctl -w net.ipv4.conf.ipsec2.rp_filter=2
ip route replace 10.181.0.0/27 dev ipsec2 metric 20
sysctl -w net.ipv4.ip_forward=1
