"""Grammars of devices that are configured by commands: Cisco, FortiGate, Palo Alto, Juniper, VyOS, MikroTik."""

from __future__ import annotations

from tests.handover.flat import fortios, plain, sectioned
from tests.handover.vendors import File, Vendor, ciphers, hashes

_AES = ciphers("aes128", "aes256", "aes128gcm", "aes256gcm")
_DASHED = ciphers("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm")
_SHA = hashes("sha1", "sha256", "sha384", "sha512")
_ECP = {"modp1024": "2", "modp1536": "5", "modp2048": "14", "modp3072": "15", "modp4096": "16", "modp6144": "17"}
_ECP |= {"modp8192": "18", "ecp256": "19", "ecp384": "20", "ecp521": "21"}

IOS_XE = """
crypto ikev2 proposal {P}-{n}
crypto ikev2 proposal {P}-{n} > encryption {enc1}
crypto ikev2 proposal {P}-{n} > prf {hash1}
crypto ikev2 proposal {P}-{n} > integrity {hash1}
crypto ikev2 proposal {P}-{n} > group {dh1}
crypto ikev2 policy {P}-{n}
crypto ikev2 policy {P}-{n} > match address local {local}
crypto ikev2 policy {P}-{n} > proposal {P}-{n}
crypto ikev2 keyring {P}-{n}
crypto ikev2 keyring {P}-{n} > peer AWS
crypto ikev2 keyring {P}-{n} > peer AWS > address {peer}
crypto ikev2 keyring {P}-{n} > peer AWS > pre-shared-key {key}
crypto ikev2 profile {P}-{n} @ike=2
crypto ikev2 profile {P}-{n} > match address local {local}
crypto ikev2 profile {P}-{n} > match identity remote address {peer} 255.255.255.255
crypto ikev2 profile {P}-{n} > identity local address {local}
crypto ikev2 profile {P}-{n} > authentication remote pre-share
crypto ikev2 profile {P}-{n} > authentication local pre-share
crypto ikev2 profile {P}-{n} > keyring local {P}-{n}
crypto ikev2 profile {P}-{n} > lifetime {life1}
crypto ikev2 profile {P}-{n} > dpd {delay} {retries} periodic
crypto keyring {P}-{n}
crypto keyring {P}-{n} > local-address {local}
crypto keyring {P}-{n} > pre-shared-key address {peer} key {key}
crypto isakmp policy 20{n}
crypto isakmp policy 20{n} > encryption {enc1}
crypto isakmp policy 20{n} > encryption aes 256 @enc1=aes-cbc-256
crypto isakmp policy 20{n} > hash {hash1}
crypto isakmp policy 20{n} > authentication pre-share
crypto isakmp policy 20{n} > group {dh1}
crypto isakmp policy 20{n} > lifetime {life1}
crypto isakmp profile {P}-{n} @ike=1
crypto isakmp profile {P}-{n} > keyring {P}-{n}
crypto isakmp profile {P}-{n} > self-identity {local}
crypto isakmp profile {P}-{n} > match identity address {peer} 255.255.255.255
crypto isakmp profile {P}-{n} > keepalive {delay} retry {retries}
crypto isakmp profile {P}-{n} > local-address {local}
crypto ipsec transform-set {P}-{n} esp-gcm 256 @enc2=aes-gcm-256
crypto ipsec transform-set {P}-{n} esp-gcm @enc2=aes-gcm-128
crypto ipsec transform-set {P}-{n} esp-aes 256 esp-{esp2}-hmac @enc2=aes-cbc-256
crypto ipsec transform-set {P}-{n} esp-aes esp-{esp2}-hmac @enc2=aes-cbc-128
?crypto ipsec transform-set {P}-{n} esp-gcm 256 > mode tunnel
?crypto ipsec transform-set {P}-{n} esp-gcm > mode tunnel
?crypto ipsec transform-set {P}-{n} esp-aes 256 esp-{esp2}-hmac > mode tunnel
?crypto ipsec transform-set {P}-{n} esp-aes esp-{esp2}-hmac > mode tunnel
crypto ipsec profile {P}-{n} @starts=device
crypto ipsec profile {P}-{n} > set security-association lifetime seconds {life2}
crypto ipsec profile {P}-{n} > set security-association lifetime kilobytes disable
crypto ipsec profile {P}-{n} > set security-association replay window-size {replay}
crypto ipsec profile {P}-{n} > set transform-set {P}-{n}
crypto ipsec profile {P}-{n} > set pfs group{dh2}
crypto ipsec profile {P}-{n} > set ikev2-profile {P}-{n} @ike=2
crypto ipsec profile {P}-{n} > set isakmp-profile {P}-{n} @ike=1
crypto ipsec profile {P}-{n} > responder-only @starts=aws
ip access-list extended {P}-from-aws
ip access-list extended {P}-from-aws > permit ip {in.src} {in.srcw} {in.dst} {in.dstw}
ip access-list extended {P}-from-aws > permit {back.proto} {back.dst} {back.dstw} eq {back.port} {back.src} {back.srcw} established
ip access-list extended {P}-from-aws > permit tcp host {N} host {dev_inside} eq bgp
ip access-list extended {P}-from-aws > permit tcp host {N} eq bgp host {dev_inside}
ip access-list extended {P}-from-aws > permit icmp host {N} host {dev_inside}
ip access-list extended {P}-from-aws > permit {in.proto} {in.src} {in.srcw} {in.dst} {in.dstw} eq {in.port}
ip access-list extended {P}-from-aws > deny ip any any log
ip access-list extended {P}-to-aws
ip access-list extended {P}-to-aws > permit ip {forth.dst} {forth.dstw} {forth.src} {forth.srcw}
ip access-list extended {P}-to-aws > permit {out.proto} {out.src} {out.srcw} {out.dst} {out.dstw} eq {out.port}
ip access-list extended {P}-to-aws > permit {forth.proto} {forth.dst} {forth.dstw} eq {forth.port} {forth.src} {forth.srcw}
ip access-list extended {P}-to-aws > deny ip any any log
ip access-list extended {P}-selectors
ip access-list extended {P}-selectors > permit ip {sel_theirs_addr} {sel_theirs_wild} {sel_ours_addr} {sel_ours_wild}
interface Tunnel10{n}
interface Tunnel10{n} > description {P}, AWS tunnel {n}
interface Tunnel10{n} > ip address {dev_inside} {inside_mask}
interface Tunnel10{n} > ip access-group {P}-from-aws in
interface Tunnel10{n} > ip access-group {P}-to-aws out
interface Tunnel10{n} > ip mtu {mtu:0}
interface Tunnel10{n} > ip tcp adjust-mss {mss:0}
interface Tunnel10{n} > tunnel source {local}
interface Tunnel10{n} > tunnel mode ipsec ipv4
interface Tunnel10{n} > tunnel destination {peer}
interface Tunnel10{n} > tunnel protection ipsec policy ipv4 {P}-selectors
interface Tunnel10{n} > tunnel protection ipsec profile {P}-{n}
ip route {ours_addr:0} {ours_mask:0} Tunnel10{n} {metric}
ip prefix-list {P}-in permit {accept.net}
ip prefix-list {P}-out permit {network.net}
route-map {P}-in-{n} permit 10
route-map {P}-in-{n} permit 10 > match ip address prefix-list {P}-in
route-map {P}-in-{n} permit 10 > set local-preference {preference}
route-map {P}-out-{n} permit 10
route-map {P}-out-{n} permit 10 > match ip address prefix-list {P}-out
route-map {P}-out-{n} permit 10 > set metric {metric}
router bgp {asn}
router bgp {asn} > bgp log-neighbor-changes
router bgp {asn:0} > neighbor {N} remote-as {amazon}
router bgp {asn:0} > neighbor {N} description AWS tunnel {n}
router bgp {asn:0} > neighbor {N} update-source Tunnel10{n}
router bgp {asn:0} > neighbor {N} timers 10 30
router bgp {asn} > address-family ipv4
router bgp {asn} > address-family ipv4 > network {announce.net} mask {announce.netm}
router bgp {asn:0} > address-family ipv4 > neighbor {N} activate
router bgp {asn:0} > address-family ipv4 > neighbor {N} soft-reconfiguration inbound
router bgp {asn:0} > address-family ipv4 > neighbor {N} route-map {P}-in-{n} in
router bgp {asn:0} > address-family ipv4 > neighbor {N} route-map {P}-out-{n} out
router bgp {asn} > address-family ipv4 > maximum-paths 2 @both=yes
?router bgp {asn} > address-family ipv4 > exit-address-family
?end
"""

ASA_COMMON = """
crypto ikev2 policy 20{n} @ike=2
crypto ikev2 policy 20{n} > encryption {enc1}
crypto ikev2 policy 20{n} > integrity null
crypto ikev2 policy 20{n} > integrity {int1}
crypto ikev2 policy 20{n} > group {dh1}
crypto ikev2 policy 20{n} > prf {hash1}
crypto ikev2 policy 20{n} > lifetime seconds {life1}
crypto ikev1 policy 20{n} @ike=1
crypto ikev1 policy 20{n} > authentication pre-share
crypto ikev1 policy 20{n} > encryption {enc1}
crypto ikev1 policy 20{n} > hash {hash1}
crypto ikev1 policy 20{n} > group {dh1}
crypto ikev1 policy 20{n} > lifetime {life1}
crypto ipsec ikev2 ipsec-proposal {P}-{n}
crypto ipsec ikev2 ipsec-proposal {P}-{n} > protocol esp encryption {enc2}
crypto ipsec ikev2 ipsec-proposal {P}-{n} > protocol esp integrity null
crypto ipsec ikev2 ipsec-proposal {P}-{n} > protocol esp integrity sha-{esp2}
crypto ipsec ikev1 transform-set {P}-{n} esp-{enc2} esp-sha-hmac @esp2=1
group-policy {P}-{n} internal
group-policy {P}-{n} attributes
group-policy {P}-{n} attributes > vpn-tunnel-protocol ikev{ike}
group-policy {P}-{n} attributes > vpn-idle-timeout none
group-policy {P}-{n} attributes > vpn-filter value {P}-from-aws
tunnel-group {A} type ipsec-l2l
tunnel-group {A} general-attributes
tunnel-group {A} general-attributes > default-group-policy {P}-{n}
tunnel-group {A} ipsec-attributes
tunnel-group {A} ipsec-attributes > isakmp keepalive threshold {delay} retry {retries}
tunnel-group {A} ipsec-attributes > ikev2 remote-authentication pre-shared-key {key}
tunnel-group {A} ipsec-attributes > ikev2 local-authentication pre-shared-key {key}
tunnel-group {A} ipsec-attributes > ikev1 pre-shared-key {key}
crypto ikev{ike:1} enable {outside:0}
crypto ipsec security-association replay window-size {replay:1}
crypto ipsec df-bit clear-df {outside}
sysopt connection tcpmss {mss}
access-list {P}-from-aws extended permit ip {in.src} {in.srcm} {in.dst} {in.dstm}
access-list {P}-from-aws extended deny ip any any
access-list {P}-from-aws extended permit {in.proto} {in.src} {in.srcm} {in.dst} {in.dstm} eq {in.port}
?end
"""
ASA_POLICY = """
access-list {P}-from-aws extended permit {out.proto} {out.dst} {out.dstm} eq {out.port} {out.src} {out.srcm}
access-list {P}-selectors extended permit ip {policy_theirs_addr} {policy_theirs_mask} {policy_ours_addr} {policy_ours_mask}
crypto map OUTSIDE_MAP 200 match address {P}-selectors
crypto map OUTSIDE_MAP 200 set peer {peer:1} {peer:2}
crypto map OUTSIDE_MAP 200 set pfs group{dh2:1}
crypto map OUTSIDE_MAP 200 set ikev2 ipsec-proposal {P}-1 {P}-2
crypto map OUTSIDE_MAP 200 set ikev1 transform-set {P}-1 {P}-2
crypto map OUTSIDE_MAP 200 set security-association lifetime seconds {life2:1}
crypto map OUTSIDE_MAP 200 set security-association lifetime kilobytes unlimited
crypto map OUTSIDE_MAP interface {outside}
sla monitor 200
sla monitor 200 > type echo protocol ipIcmpEcho {probe} interface {outside}
sla monitor 200 > frequency 5
sla monitor schedule 200 life forever start-time now
object network {P}-ours
object network {P}-ours > subnet {ours_addr} {ours_mask}
object network {network.id}
object network {network.id} > subnet {network.net} {network.netm}
nat ({inside},{outside}) source static {used.a} {used.b} destination static {P}-ours {P}-ours no-proxy-arp route-lookup
"""
ASA_ROUTE = """
access-list {P}-to-aws extended permit {out.proto} {out.src} {out.srcm} {out.dst} {out.dstm} eq {out.port}
access-list {P}-to-aws extended deny ip any any
crypto ipsec profile {P}-{n} @starts=device
crypto ipsec profile {P}-{n} > set ikev2 ipsec-proposal {P}-{n} @ike=2
crypto ipsec profile {P}-{n} > set ikev1 transform-set {P}-{n} @ike=1
crypto ipsec profile {P}-{n} > set pfs group{dh2}
crypto ipsec profile {P}-{n} > set security-association lifetime kilobytes unlimited
crypto ipsec profile {P}-{n} > set security-association lifetime seconds {life2}
crypto ipsec profile {P}-{n} > responder-only @starts=aws
interface Tunnel10{n}
interface Tunnel10{n} > nameif {P}-{n}
interface Tunnel10{n} > ip address {dev_inside} {inside_mask}
interface Tunnel10{n} > tunnel source interface {outside:0}
interface Tunnel10{n} > tunnel destination {peer}
interface Tunnel10{n} > tunnel mode ipsec ipv4
interface Tunnel10{n} > tunnel protection ipsec profile {P}-{n}
mtu {P}-{n} {mtu:0}
access-group {P}-from-aws in interface {P}-{n}
access-group {P}-to-aws out interface {P}-{n}
sla monitor 20{n}
sla monitor 20{n} > type echo protocol ipIcmpEcho {aws_inside} interface {P}-{n}
sla monitor 20{n} > frequency 5
sla monitor schedule 20{n} life forever start-time now
track 20{n} rtr 20{n} reachability
route {P}-{n} {ours_addr:0} {ours_mask:0} {aws_inside} {metric} track 20{n}
prefix-list {P}-in permit {accept.net}
prefix-list {P}-out permit {network.net}
route-map {P}-in-{n} permit 10
route-map {P}-in-{n} permit 10 > match ip address prefix-list {P}-in
route-map {P}-in-{n} permit 10 > set local-preference {preference}
route-map {P}-out-{n} permit 10
route-map {P}-out-{n} permit 10 > match ip address prefix-list {P}-out
route-map {P}-out-{n} permit 10 > set metric {metric}
router bgp {asn}
router bgp {asn} > bgp log-neighbor-changes
router bgp {asn} > address-family ipv4 unicast
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} remote-as {amazon}
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} timers 10 30
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} activate
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} route-map {P}-in-{n} in
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} route-map {P}-out-{n} out
router bgp {asn} > address-family ipv4 unicast > network {announce.net} mask {announce.netm}
?router bgp {asn} > address-family ipv4 unicast > exit-address-family
"""

_F1, _F2 = (
    "config vpn ipsec phase1-interface > edit {S}-{n} > set",
    "config vpn ipsec phase2-interface > edit {S}-{n} > set",
)
_FI, _FP = "config system interface > edit {S}-{n} > set", "config firewall policy > edit {rule.id} > set"
_FB = "config router bgp > config neighbor > edit {N} > set"
FORTIOS = f"""
{_F1} interface {{outside:0}}
{_F1} ike-version {{ike}}
{_F1} mode main
{_F1} peertype any
{_F1} net-device disable
{_F1} proposal {{enc1}}-prf{{hash1}}
{_F1} proposal {{enc1}}-{{hash1}}
{_F1} dhgrp {{dh1}}
{_F1} keylife {{life1}}
{_F1} localid {{local:0}}
{_F1} localid-type address
{_F1} remote-gw {{peer}}
{_F1} psksecret {{key}}
{_F1} dpd on-idle
{_F1} dpd-retrycount {{retries}}
{_F1} dpd-retryinterval {{delay}}
{_F1} nattraversal enable
{_F1} passive-mode enable @starts=aws
{_F2} phase1name {{S}}-{{n}}
{_F2} proposal {{enc2}}-{{esp2}}
{_F2} proposal {{enc2}}
{_F2} pfs enable
{_F2} dhgrp {{dh2}}
{_F2} replay enable
{_F2} keylife-type seconds
{_F2} keylifeseconds {{life2}}
{_F2} auto-negotiate enable @starts=device
{_F2} src-addr-type subnet
{_F2} src-subnet {{sel_theirs_addr:0}} {{sel_theirs_mask:0}}
{_F2} dst-addr-type subnet
{_F2} dst-subnet {{sel_ours_addr:0}} {{sel_ours_mask:0}}
{_FI} vdom root
{_FI} type tunnel
{_FI} interface {{outside:0}}
{_FI} ip {{dev_inside}} 255.255.255.255
{_FI} remote-ip {{aws_inside}} {{inside_mask}}
{_FI} allowaccess ping
{_FI} mtu-override enable
{_FI} mtu {{mtu:0}}
config system zone > edit {{S}} > set intrazone deny
config system zone > edit {{S}} > set interface {{S}}-1 {{S}}-2
config firewall address > edit {{S}}-ours > set subnet {{ours_addr}} {{ours_mask}}
config firewall address > edit {{object.id}} > set subnet {{object.net}} {{object.netm}}
config firewall service custom > edit {{service.id}} > set {{service.proto}}-portrange {{service.port}}
{_FP} name {{S}}-in-{{rule.index}} @rule.way=in
{_FP} name {{S}}-out-{{rule.index}} @rule.way=out
{_FP} srcintf {{rule.from}}
{_FP} dstintf {{rule.to}}
{_FP} srcaddr {{rule.srco}}
{_FP} dstaddr {{rule.dsto}}
{_FP} action accept
{_FP} schedule always
{_FP} service {{rule.service}}
{_FP} tcp-mss-sender {{mss}}
{_FP} tcp-mss-receiver {{mss}}
{_FP} logtraffic all
config router static > edit {{route.id}} > set dst {{route.net}} {{route.netm}}
config router static > edit {{route.id}} > set device {{S}}-{{route.number}}
config router static > edit {{route.id}} > set distance 10
config router static > edit {{route.id}} > set priority {{route.metric}}
config router static > edit {{route.id}} > set blackhole enable @route.number=none @route.metric=none
config router static > edit {{route.id}} > set distance 254
config router prefix-list > edit {{S}}-in > config rule > edit {{accept.id}} > set action permit
config router prefix-list > edit {{S}}-in > config rule > edit {{accept.id}} > set prefix {{accept.net}} {{accept.netm}}
?config router prefix-list > edit {{S}}-in > config rule > edit {{accept.id}} > unset ge
?config router prefix-list > edit {{S}}-in > config rule > edit {{accept.id}} > unset le
config router prefix-list > edit {{S}}-out > config rule > edit {{network.id}} > set action permit
config router prefix-list > edit {{S}}-out > config rule > edit {{network.id}} > set prefix {{network.net}} {{network.netm}}
?config router prefix-list > edit {{S}}-out > config rule > edit {{network.id}} > unset ge
?config router prefix-list > edit {{S}}-out > config rule > edit {{network.id}} > unset le
config router route-map > edit {{S}}-{{n}}-in > config rule > edit 10 > set action permit
config router route-map > edit {{S}}-{{n}}-in > config rule > edit 10 > set match-ip-address {{S}}-in
config router route-map > edit {{S}}-{{n}}-in > config rule > edit 10 > set set-local-preference {{preference}}
config router route-map > edit {{S}}-{{n}}-out > config rule > edit 10 > set action permit
config router route-map > edit {{S}}-{{n}}-out > config rule > edit 10 > set match-ip-address {{S}}-out
config router route-map > edit {{S}}-{{n}}-out > config rule > edit 10 > set set-metric {{metric}}
config router bgp > set as {{asn}}
config router bgp > set router-id {{local}}
config router bgp > set ebgp-multipath enable @both=yes
{_FB} remote-as {{amazon}}
{_FB} keep-alive-timer 10
{_FB} holdtime-timer 30
{_FB} update-source {{S}}-{{n}}
{_FB} soft-reconfiguration enable
{_FB} route-map-in {{S}}-{{n}}-in
{_FB} route-map-out {{S}}-{{n}}-out
config router bgp > config network > edit {{announce.id}} > set prefix {{announce.net}} {{announce.netm}}
"""

_PI, _PG = "set network ike crypto-profiles ike-crypto-profiles {S}-{n}", "set network ike gateway {S}-{n}"
_PS, _PT = "set network ike crypto-profiles ipsec-crypto-profiles {S}-{n}", "set network tunnel ipsec {S}-{n}"
_PV = "set network virtual-router default"
_PB, _PP = f"{_PV} protocol bgp", f"{_PV} protocol bgp peer-group {{S}} peer {{S}}-{{n}}"
_PR, _PU = f"{_PV} routing-table ip static-route {{S}}-{{n}}", "set rulebase security rules"
PAN_OS = f"""
{_PI} encryption {{enc1}}
{_PI} hash {{hash1}}
{_PI} dh-group group{{dh1}}
{_PI} lifetime seconds {{life1}}
{_PS} esp encryption {{enc2}}
{_PS} esp authentication {{esp2}}
{_PS} dh-group group{{dh2}}
{_PS} lifetime seconds {{life2}}
{_PG} local-address interface {{outside:0}}
{_PG} local-id type ipaddr
{_PG} local-id id {{local:0}}
{_PG} peer-address ip {{peer}}
{_PG} peer-id type ipaddr
{_PG} peer-id id {{peer}}
{_PG} authentication pre-shared-key key {{key}}
{_PG} protocol version ikev{{ike}}
{_PG} protocol ikev{{ike}} exchange-mode main
{_PG} protocol ikev{{ike}} ike-crypto-profile {{S}}-{{n}} @starts=device
{_PG} protocol ikev{{ike}} dpd enable yes
{_PG} protocol ikev{{ike}} dpd interval {{delay}}
{_PG} protocol ikev1 dpd retry {{retries1}}
{_PG} protocol-common nat-traversal enable yes
{_PG} protocol-common passive-mode yes @starts=aws
set network interface tunnel units tunnel.10{{n}} comment {{P}}, AWS tunnel {{n}}
set network interface tunnel units tunnel.10{{n}} ip {{dev_inside}}/{{inside_length}}
set network interface tunnel units tunnel.10{{n}} mtu {{mtu:0}}
{_PT} auto-key ike-gateway {{S}}-{{n}}
{_PT} auto-key ipsec-crypto-profile {{S}}-{{n}}
{_PT} auto-key proxy-id {{S}} local {{sel_theirs:0}}
{_PT} auto-key proxy-id {{S}} remote {{sel_ours:0}}
{_PT} auto-key proxy-id {{S}} protocol any
{_PT} tunnel-monitor enable yes
{_PT} tunnel-monitor destination-ip {{aws_inside}}
{_PT} tunnel-interface tunnel.10{{n}}
{_PT} anti-replay yes
{_PT} anti-replay-window {{replay}}
{_PV} interface tunnel.10{{n}}
set zone {{S}} network layer3 tunnel.10{{n}}
{_PR} destination {{ours:0}}
{_PR} interface tunnel.10{{n}}
{_PR} metric {{metric}}
{_PR} path-monitor enable yes
{_PR} path-monitor monitor-destinations aws enable yes
{_PR} path-monitor monitor-destinations aws source {{dev_inside}}/{{inside_length}}
{_PR} path-monitor monitor-destinations aws destination {{aws_inside}}
{_PP} enable yes
{_PP} peer-as {{amazon}}
{_PP} peer-address ip {{aws_inside}}
{_PP} local-address interface tunnel.10{{n}}
{_PP} local-address ip {{dev_inside}}/{{inside_length}}
{_PP} connection-options keep-alive-interval 10
{_PP} connection-options hold-time 30
{_PB} policy import rules {{S}}-{{accept.number}} match address-prefix {{accept.net}} exact yes
{_PB} policy import rules {{S}}-{{n}} match from-peer {{S}}-{{n}}
{_PB} policy import rules {{S}}-{{n}} used-by {{S}}
{_PB} policy import rules {{S}}-{{n}} action allow update local-preference {{preference}}
{_PB} policy export rules {{S}}-{{network.number}} match address-prefix {{network.net}} exact yes
{_PB} policy export rules {{S}}-{{n}} match from-peer {{S}}-{{n}}
{_PB} policy export rules {{S}}-{{n}} used-by {{S}}
{_PB} policy export rules {{S}}-{{n}} action allow update med {{metric}}
{_PB} enable yes
{_PB} router-id {{local}}
{_PB} local-as {{asn}}
{_PV} ecmp enable yes @both=yes
{_PV} ecmp max-path 2
{_PB} peer-group {{S}} type ebgp
{_PB} redist-rules {{announce.net}} address-family-identifier ipv4
{_PB} redist-rules {{announce.net}} enable yes
{_PB} policy import rules {{S}}-rest used-by {{S}}
{_PB} policy import rules {{S}}-rest action deny
{_PB} policy export rules {{S}}-rest used-by {{S}}
{_PB} policy export rules {{S}}-rest action deny
set service {{service.id}} protocol {{service.proto}} port {{service.port}}
{_PU} {{S}}-rest from {{S}}
?{_PU} {{S}}-rest to any
?{_PU} {{S}}-rest source any
?{_PU} {{S}}-rest destination any
?{_PU} {{S}}-rest application any
?{_PU} {{S}}-rest service any
?{_PU} {{S}}-rest action deny
{_PU} {{rule.id}} from {{rule.from}}
{_PU} {{rule.id}} to {{rule.to}}
{_PU} {{rule.id}} source {{rule.src}}
{_PU} {{rule.id}} destination {{rule.dst}}
{_PU} {{rule.id}} application any
{_PU} {{rule.id}} service {{rule.service}}
{_PU} {{rule.id}} action allow
"""

_JP, _JG, _JS = (f"set security {what} {{P}}-{{n}}" for what in ("ike proposal", "ike gateway", "ipsec proposal"))
_JV, _JZ = "set security ipsec vpn {P}-{n}", "set security zones security-zone {P}"
_JB, _JO = "set protocols bgp group {P}", "set policy-options policy-statement {P}"
_JI, _JU = (f"set security policies from-zone {way}" for way in ("{P} to-zone INSIDE_ZONE", "INSIDE_ZONE to-zone {P}"))
JUNOS = f"""
{_JP} authentication-method pre-shared-keys
{_JP} dh-group group{{dh1}}
{_JP} authentication-algorithm {{hash1}}
{_JP} encryption-algorithm {{enc1}}
{_JP} lifetime-seconds {{life1}}
set security ike policy {{P}}-{{n}} mode main
set security ike policy {{P}}-{{n}} proposals {{P}}-{{n}}
set security ike policy {{P}}-{{n}} pre-shared-key ascii-text {{key}}
{_JG} ike-policy {{P}}-{{n}}
{_JG} address {{peer}}
{_JG} external-interface {{outside:0}}
{_JG} local-identity inet {{local:0}}
{_JG} remote-identity inet {{peer}}
{_JG} dead-peer-detection probe-idle-tunnel
{_JG} dead-peer-detection interval {{delay}}
{_JG} dead-peer-detection threshold {{retries}}
{_JG} version v{{ike}}-only
{_JS} protocol esp
{_JS} encryption-algorithm {{enc2}}
{_JS} authentication-algorithm hmac-{{esp2}}
{_JS} lifetime-seconds {{life2}}
set security ipsec policy {{P}}-{{n}} perfect-forward-secrecy keys group{{dh2}}
set security ipsec policy {{P}}-{{n}} proposals {{P}}-{{n}}
{_JV} bind-interface st0.10{{n}}
{_JV} df-bit clear
{_JV} ike gateway {{P}}-{{n}}
{_JV} ike ipsec-policy {{P}}-{{n}}
{_JV} ike proxy-identity local {{sel_theirs:0}}
{_JV} ike proxy-identity remote {{sel_ours:0}}
{_JV} ike proxy-identity service any
{_JV} establish-tunnels immediately @starts=device
{_JV} establish-tunnels responder-only @starts=aws
set interfaces st0 unit 10{{n}} description {{P}}, AWS tunnel {{n}}
set interfaces st0 unit 10{{n}} family inet address {{dev_inside}}/{{inside_length}}
set interfaces st0 unit 10{{n}} family inet mtu {{mtu:0}}
{_JZ} interfaces st0.10{{n}}
set routing-options static route {{ours:0}} qualified-next-hop st0.10{{n}} preference {{metric}}
{_JB} neighbor {{N}} peer-as {{amazon}}
{_JB} neighbor {{N}} local-address {{dev_inside}}
{_JB} neighbor {{N}} import {{P}}-in-{{n}}
{_JB} neighbor {{N}} export {{P}}-out-{{n}}
{_JO}-in-{{accept.number}} term ours from route-filter {{accept.net}} exact
{_JO}-in-{{n}} term ours then local-preference {{preference}}
{_JO}-in-{{n}} term ours then accept
{_JO}-in-{{n}} term rest then reject
{_JO}-out-{{network.number}} term theirs from route-filter {{network.net}} exact
{_JO}-out-{{n}} term theirs then metric {{metric}}
{_JO}-out-{{n}} term theirs then accept
{_JO}-out-{{n}} term rest then reject
set routing-options autonomous-system {{asn}}
set routing-options router-id {{local}}
{_JB} type external
{_JB} hold-time 30
{_JB} multipath @both=yes
{_JZ} host-inbound-traffic protocols bgp
{_JZ} host-inbound-traffic system-services ping
set security zones security-zone OUTSIDE_ZONE interfaces {{outside}} host-inbound-traffic system-services ike
set security flow tcp-mss ipsec-vpn mss {{mss}}
set security address-book global address {{P}}-ours {{ours}}
set security address-book global address {{object.id}} {{object.net}}
set applications application {{service.id}} protocol {{service.proto}}
set applications application {{service.id}} destination-port {{service.port}}
{_JI} policy rest match source-address any
{_JI} policy rest match destination-address any
{_JI} policy rest match application any
{_JI} policy rest then deny
{_JU} policy rest match source-address any
{_JU} policy rest match destination-address any
{_JU} policy rest match application any
{_JU} policy rest then deny
{_JI} policy {{in.id}} match source-address {{in.srco}}
{_JI} policy {{in.id}} match destination-address {{in.dsto}}
{_JI} policy {{in.id}} match application {{in.service}}
{_JI} policy {{in.id}} then permit
{_JU} policy {{out.id}} match source-address {{out.srco}}
{_JU} policy {{out.id}} match destination-address {{out.dsto}}
{_JU} policy {{out.id}} match application {{out.service}}
{_JU} policy {{out.id}} then permit
"""

_VI, _VE, _VA = (f"set vpn ipsec {what} {{P}}-{{n}}" for what in ("ike-group", "esp-group", "authentication psk"))
_VP, _VF = "set vpn ipsec site-to-site peer {P}-{n}", "set firewall ipv4 name {S}"
_VB, _VN = "set protocols bgp", "set protocols bgp neighbor {N}"
VYOS = f"""
set vpn ipsec interface {{outside}}
{_VA} id {{A}}
{_VA} id {{local:0}}
{_VA} secret {{key}}
{_VI} key-exchange ikev{{ike}}
{_VI} lifetime {{life1}}
{_VI} proposal 1 encryption {{enc1}}
{_VI} proposal 1 hash {{hash1}}
{_VI} proposal 1 prf prf{{hash1}}
{_VI} proposal 1 dh-group {{dh1}}
{_VI} dead-peer-detection action restart
{_VI} dead-peer-detection interval {{delay}}
{_VI} dead-peer-detection timeout {{timeout}}
{_VE} mode tunnel
{_VE} lifetime {{life2}}
{_VE} pfs dh-group{{dh2}}
{_VE} proposal 1 encryption {{enc2}}
{_VE} proposal 1 hash {{esp2}}
{_VP} authentication mode pre-shared-secret
{_VP} authentication local-id {{local:0}}
{_VP} authentication remote-id {{peer}}
{_VP} local-address {{local:0}}
{_VP} remote-address {{peer}}
{_VP} connection-type initiate @starts=device
{_VP} connection-type respond @starts=aws
{_VP} ike-group {{P}}-{{n}}
{_VP} replay-window {{replay}}
{_VP} vti bind vti10{{n}}
{_VP} vti esp-group {{P}}-{{n}}
{_VP} vti traffic-selector local prefix {{sel_theirs:0}}
{_VP} vti traffic-selector remote prefix {{sel_ours:0}}
set interfaces vti vti10{{n}} address {{dev_inside}}/{{inside_length}}
set interfaces vti vti10{{n}} description {{P}}, AWS tunnel {{n}}
set interfaces vti vti10{{n}} mtu {{mtu:0}}
set interfaces vti vti10{{n}} ip adjust-mss {{mss:0}}
set firewall group interface-group {{S}} interface vti10{{n}}
set protocols static route {{ours:0}} interface vti10{{n}} distance {{metric}}
set policy route-map {{P}}-in-{{n}} rule 10 action permit
set policy route-map {{P}}-in-{{n}} rule 10 match ip address prefix-list {{P}}-in
set policy route-map {{P}}-in-{{n}} rule 10 set local-preference {{preference}}
set policy route-map {{P}}-out-{{n}} rule 10 action permit
set policy route-map {{P}}-out-{{n}} rule 10 match ip address prefix-list {{P}}-out
set policy route-map {{P}}-out-{{n}} rule 10 set metric {{metric}}
{_VN} remote-as {{amazon}}
{_VN} update-source {{dev_inside}}
{_VN} timers keepalive 10
{_VN} timers holdtime 30
{_VN} address-family ipv4-unicast route-map import {{P}}-in-{{n}}
{_VN} address-family ipv4-unicast route-map export {{P}}-out-{{n}}
set policy prefix-list {{P}}-in rule {{accept.id}} action permit
set policy prefix-list {{P}}-in rule {{accept.id}} prefix {{accept.net}}
set policy prefix-list {{P}}-out rule {{network.id}} action permit
set policy prefix-list {{P}}-out rule {{network.id}} prefix {{network.net}}
{_VB} system-as {{asn}}
{_VB} parameters router-id {{local}}
{_VB} address-family ipv4-unicast network {{announce.net}}
{_VB} address-family ipv4-unicast maximum-paths ebgp 2 @both=yes
{_VF}-in default-action drop
{_VF}-in rule 1 action accept
{_VF}-in rule 1 state established
{_VF}-in rule 1 state related
{_VF}-in rule {{in.id}} action accept
{_VF}-in rule {{in.id}} source address {{in.src}}
{_VF}-in rule {{in.id}} destination address {{in.dst}}
{_VF}-in rule {{in.id}} protocol {{in.proto}}
{_VF}-in rule {{in.id}} destination port {{in.port}}
{_VF}-out default-action drop
{_VF}-out rule 1 action accept
{_VF}-out rule 1 state established
{_VF}-out rule 1 state related
{_VF}-out rule {{out.id}} action accept
{_VF}-out rule {{out.id}} source address {{out.src}}
{_VF}-out rule {{out.id}} destination address {{out.dst}}
{_VF}-out rule {{out.id}} protocol {{out.proto}}
{_VF}-out rule {{out.id}} destination port {{out.port}}
set firewall ipv4 forward filter rule 201 action jump
set firewall ipv4 forward filter rule 201 jump-target {{S}}-in
set firewall ipv4 forward filter rule 201 inbound-interface group {{S}}
set firewall ipv4 forward filter rule 202 action jump
set firewall ipv4 forward filter rule 202 jump-target {{S}}-out
set firewall ipv4 forward filter rule 202 outbound-interface group {{S}}
"""

_MF = "/ip firewall filter add chain"
ROUTEROS = f"""
/ip ipsec profile add name={{P}}-{{n}} enc-algorithm={{enc1}} hash-algorithm={{hash1}} dh-group={{dh1}} lifetime={{life1}}s dpd-interval={{delay}}s dpd-maximum-failures={{retries}} nat-traversal=yes
/ip ipsec proposal add name={{P}}-{{n}} enc-algorithms={{enc2}} auth-algorithms=null pfs-group={{dh2}} lifetime={{life2}}s
/ip ipsec proposal add name={{P}}-{{n}} enc-algorithms={{enc2}} auth-algorithms={{esp2}} pfs-group={{dh2}} lifetime={{life2}}s
/ip ipsec peer add name={{P}}-{{n}} address={{peer}} local-address={{local:0}} exchange-mode=ike2 profile={{P}}-{{n}} @ike=2
/ip ipsec peer add name={{P}}-{{n}} address={{peer}} local-address={{local:0}} exchange-mode=main profile={{P}}-{{n}} @ike=1
/ip ipsec identity add peer={{P}}-{{n}} auth-method=pre-shared-key secret={{key}} my-id=address:{{local:0}} remote-id=address:{{peer}}
{_MF}=input action=accept src-address={{A}} protocol=udp dst-port=500,4500 comment={{P}}: IKE of tunnel {{n}}
{_MF}=input action=accept src-address={{A}} protocol=ipsec-esp comment={{P}}: ESP of tunnel {{n}}
/ip ipsec policy add peer={{P}}-1,{{P}}-2 tunnel=yes src-address={{policy_theirs}} dst-address={{policy_ours}} action=encrypt level=require ipsec-protocols=esp proposal={{P}}-1
/ip firewall nat add chain=srcnat action=accept src-address={{network.net}} dst-address={{ours}} comment={{P}}
/ip firewall mangle add chain=forward action=change-mss protocol=tcp tcp-flags=syn ipsec-policy=out,ipsec dst-address={{ours}} new-mss={{mss}} passthrough=yes comment={{P}}
/ip firewall mangle add chain=forward action=change-mss protocol=tcp tcp-flags=syn ipsec-policy=in,ipsec src-address={{ours}} new-mss={{mss}} passthrough=yes comment={{P}}
{_MF}=forward action=accept connection-state=established,related ipsec-policy=in,ipsec src-address={{ours}} comment={{P}}: answers
{_MF}=forward action=accept ipsec-policy=in,ipsec src-address={{in.src}} dst-address={{in.dst}} comment={{P}}
{_MF}=forward action=accept ipsec-policy=in,ipsec src-address={{in.src}} dst-address={{in.dst}} protocol={{in.proto}} dst-port={{in.port}} comment={{P}}
{_MF}=forward action=drop ipsec-policy=in,ipsec src-address={{ours}} comment={{P}}: nothing else
{_MF}=forward action=accept connection-state=established,related dst-address={{ours}} comment={{P}}: answers
{_MF}=forward action=accept src-address={{out.src}} dst-address={{out.dst}} protocol={{out.proto}} dst-port={{out.port}} comment={{P}}
{_MF}=forward action=drop dst-address={{ours}} comment={{P}}: nothing else
"""

BGP_ONLY = {"asn": "bgp", "amazon": "bgp", "preference": "bgp", "both": "both"}
SELECTORS = {f"sel_{side}{form}": "narrow" for side in ("ours", "theirs") for form in ("", "_addr", "_mask", "_wild")}
STATIC_OURS = {"ours": "static", "ours_addr": "static", "ours_mask": "static"}

VENDORS = (
    Vendor(
        "cisco-ios-xe",
        (File("ios-xe.txt", sectioned, IOS_XE),),
        {
            "enc1": ciphers("aes-cbc-128", "aes-cbc-256", "aes-gcm-128", "aes-gcm-256") | {"aes": "AES128"},
            "enc2": ciphers("aes-cbc-128", "aes-cbc-256", "aes-gcm-128", "aes-gcm-256"),
            "hash1": _SHA,
            "esp2": hashes("sha", "sha256", "sha384", "sha512"),
        },
        BGP_ONLY | SELECTORS | STATIC_OURS,
    ),
    Vendor(
        "cisco-asa",
        (File("asa.txt", sectioned, ASA_ROUTE + ASA_COMMON),),
        {
            "enc1": ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"),
            "enc2": ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"),
            "hash1": hashes("sha", "sha256", "sha384", "sha512"),
            "int1": hashes("sha", "sha256", "sha384", "sha512"),
            "esp2": hashes("1", "256", "384", "512"),
        },
        BGP_ONLY | STATIC_OURS | {"int1": "cbc1 by ike2", "aws_inside": "static", "replay": "first"},
        "wide",
    ),
    Vendor(
        "cisco-asa",
        (File("asa.txt", sectioned, ASA_POLICY + ASA_COMMON),),
        {
            "enc1": ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"),
            "enc2": ciphers("aes", "aes-256", "aes-gcm", "aes-gcm-256"),
            "hash1": hashes("sha", "sha256", "sha384", "sha512"),
            "int1": hashes("sha", "sha256", "sha384", "sha512"),
            "esp2": hashes("1", "256", "384", "512"),
        },
        {"int1": "cbc1 by ike2", "replay": "first", "dh2": "first", "life2": "first"},
        "policy",
    ),
    Vendor("fortigate", (File("fortios.txt", fortios, FORTIOS),), {"enc1": _AES, "enc2": _AES, "hash1": _SHA, "esp2": _SHA},
           BGP_ONLY | {"metric": "bgp"}),
    Vendor("palo-alto", (File("pan-os.txt", plain, PAN_OS),),
           {"enc1": _DASHED, "enc2": _DASHED, "hash1": _SHA, "esp2": _SHA},
           BGP_ONLY | SELECTORS | STATIC_OURS | {"esp2": "always", "retries1": "ike1", "aws_inside": "wide or bgp"}),
    Vendor("juniper-srx", (File("junos.txt", plain, JUNOS),),
           {"enc1": _DASHED, "enc2": _DASHED, "hash1": hashes("sha1", "sha-256", "sha-384", "sha-512"),
            "esp2": hashes("sha1-96", "sha-256-128", "sha-384", "sha-512")}, BGP_ONLY | SELECTORS),
    Vendor("vyos", (File("vyos.txt", plain, VYOS),),
           {"enc1": ciphers("aes128", "aes256", "aes128gcm128", "aes256gcm128"),
            "enc2": ciphers("aes128", "aes256", "aes128gcm128", "aes256gcm128"), "hash1": _SHA, "esp2": _SHA},
           BGP_ONLY | SELECTORS | STATIC_OURS | {"esp2": "always"}),
    Vendor("mikrotik", (File("routeros.rsc", plain, ROUTEROS),),
           {"enc1": ciphers("aes-128", "aes-256"), "enc2": _DASHED, "hash1": _SHA, "esp2": _SHA, "dh1": _ECP, "dh2": _ECP},
           {}, "policy"),
)  # fmt: skip
