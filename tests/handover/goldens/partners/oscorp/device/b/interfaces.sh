#!/bin/sh
# oscorp: written by natlane for strongSwan. Replace every word in capitals before you load it.
# XFRM interfaces, one a tunnel. Run it at boot, before strongSwan starts.
set -e

ip link add ipsec1 type xfrm dev OUTSIDE_INTERFACE if_id 1
ip addr add 169.254.44.10/30 dev ipsec1
ip link set ipsec1 mtu 1399 up
sysctl -w net.ipv4.conf.ipsec1.rp_filter=2
ip route add 172.24.20.0/27 dev ipsec1 metric 10

ip link add ipsec2 type xfrm dev OUTSIDE_INTERFACE if_id 2
ip addr add 169.254.44.14/30 dev ipsec2
ip link set ipsec2 mtu 1399 up
sysctl -w net.ipv4.conf.ipsec2.rp_filter=2
ip route add 172.24.20.0/27 dev ipsec2 metric 20
sysctl -w net.ipv4.ip_forward=1
