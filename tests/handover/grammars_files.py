"""Grammars of devices that are configured by files or in a web interface: strongSwan, FRR, Azure, pfSense and others."""

from __future__ import annotations

from tests.handover.flat import assigned, braced, frr, plain, steps, terraform
from tests.handover.vendors import File, Vendor, ciphers, hashes

_SHA = hashes("sha1", "sha256", "sha384", "sha512")
_SWAN = ciphers("aes128", "aes256", "aes128gcm16", "aes256gcm16")
_NAMED = {
    "modp1024": "2", "modp1536": "5", "modp2048": "14", "modp3072": "15", "modp4096": "16", "modp6144": "17",
    "modp8192": "18", "ecp256": "19", "ecp384": "20", "ecp521": "21", "modp1024s160": "22", "modp2048s224": "23",
    "modp2048s256": "24",
}  # fmt: skip

_SW = "connections > {P}-{n} >"
_SC = "connections > {P}-{n} > children > {P}-{n} >"
SWANCTL = f"""
{_SW} version = {{ike}}
{_SW} local_addrs = {{local:0}}
{_SW} remote_addrs = {{peer}}
{_SW} proposals = {{enc1}}-prf{{hash1}}-{{dh1}}
{_SW} proposals = {{enc1}}-{{hash1}}-{{dh1}}
{_SW} rekey_time = {{rekey1}}s
{_SW} over_time = {{over1}}s
{_SW} dpd_delay = {{silence}}s
{_SW} keyingtries = 0
{_SW} mobike = no
{_SW} local > auth = psk
{_SW} local > id = {{local:0}}
{_SW} remote > auth = psk
{_SW} remote > id = {{peer}}
{_SC} local_ts = {{sel_theirs:0}}
{_SC} remote_ts = {{sel_ours:0}}
{_SC} esp_proposals = {{enc2}}-{{esp2}}-{{dh2}}
{_SC} esp_proposals = {{enc2}}-{{dh2}}
{_SC} rekey_time = {{rekey2}}s
{_SC} life_time = {{life2}}s
{_SC} replay_window = {{replay}}
{_SC} dpd_action = restart
{_SC} close_action = start @starts=device
{_SC} start_action = start @starts=device
{_SC} close_action = none @starts=aws
{_SC} start_action = none @starts=aws
{_SC} if_id_in = {{n}}
{_SC} if_id_out = {{n}}
secrets > ike-{{P}}-{{n}} > id-partner = {{local:0}}
secrets > ike-{{P}}-{{n}} > id-aws = {{peer}}
secrets > ike-{{P}}-{{n}} > secret = "{{key}}"
"""
STRONGSWAN_CONF = """
charon > retransmit_tries = 4
charon > retransmit_timeout = 4.0
charon > retransmit_base = 1.0
"""
_LINK = """
ip addr add {dev_inside}/{inside_length} dev ipsec{n}
ip link set ipsec{n} mtu {mtu:0} up
sysctl -w net.ipv4.conf.ipsec{n}.rp_filter=2
sysctl -w net.ipv4.ip_forward=1
?set -e
"""
LINKS = (
    _LINK
    + """
ip link add ipsec{n} type xfrm dev {outside:0} if_id {n}
ip route add {ours:0} dev ipsec{n} metric {metric}
"""
)
LIBRESWAN_LINKS = (
    _LINK
    + """
ip route replace {ours:0} dev ipsec{n} metric {metric}
"""
)
_NF = "table ip natlane-{P} >"
_BOTH = '{ "ipsec1", "ipsec2" }'
NFTABLES = f"""
{_NF} chain segments > type filter hook forward priority mangle; policy accept
{_NF} chain segments > oifname {_BOTH} tcp flags syn / syn,rst tcp option maxseg size set {{mss}}
{_NF} chain segments > iifname {_BOTH} tcp flags syn / syn,rst tcp option maxseg size set {{mss}}
{_NF} chain forward > type filter hook forward priority filter; policy accept
{_NF} chain forward > iifname {_BOTH} jump from_tunnels
{_NF} chain forward > oifname {_BOTH} jump into_tunnels
{_NF} chain from_tunnels > ct state established,related accept
{_NF} chain from_tunnels > ip saddr {{in.src}} ip daddr {{in.dst}} accept
{_NF} chain from_tunnels > ip saddr {{in.src}} ip daddr {{in.dst}} {{in.proto}} dport {{in.port}} accept
{_NF} chain from_tunnels > drop
{_NF} chain into_tunnels > ct state established,related accept
{_NF} chain into_tunnels > ip saddr {{out.src}} ip daddr {{out.dst}} {{out.proto}} dport {{out.port}} accept
{_NF} chain into_tunnels > drop
{_NF} chain to_device > type filter hook input priority filter; policy accept
{_NF} chain to_device > iifname {_BOTH} ip saddr {{ {{aws_inside:1}}, {{aws_inside:2}} }} tcp dport 179 accept
{_NF} chain to_device > iifname {_BOTH} ct state established,related accept
{_NF} chain to_device > iifname {_BOTH} icmp type echo-request accept
{_NF} chain to_device > iifname {_BOTH} drop
"""
FRR = """
ip prefix-list {P}-in permit {accept.net}
ip prefix-list {P}-out permit {network.net}
route-map {P}-in-{n} permit 10
route-map {P}-in-{n} permit 10 > match ip address prefix-list {P}-in
route-map {P}-in-{n} permit 10 > set local-preference {preference}
route-map {P}-out-{n} permit 10
route-map {P}-out-{n} permit 10 > match ip address prefix-list {P}-out
route-map {P}-out-{n} permit 10 > set metric {metric}
router bgp {asn}
router bgp {asn} > bgp router-id {local}
router bgp {asn} > no bgp default ipv4-unicast
router bgp {asn:0} > neighbor {N} remote-as {amazon}
router bgp {asn:0} > neighbor {N} description AWS tunnel {n}
router bgp {asn:0} > neighbor {N} update-source {dev_inside}
router bgp {asn:0} > neighbor {N} timers 10 30
router bgp {asn} > address-family ipv4 unicast
router bgp {asn} > address-family ipv4 unicast > network {announce.net}
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} activate
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} route-map {P}-in-{n} in
router bgp {asn:0} > address-family ipv4 unicast > neighbor {N} route-map {P}-out-{n} out
router bgp {asn} > address-family ipv4 unicast > maximum-paths 1 @both=no
router bgp {asn} > address-family ipv4 unicast > maximum-paths 2 @both=yes
?router bgp {asn} > address-family ipv4 unicast > exit-address-family
"""
_BI = "protocol bgp tunnel{n} >"
BIRD = f"""
router id {{local}}
protocol static own_networks > ipv4
protocol static own_networks > route {{network.net}} unreachable
protocol kernel > merge paths yes @both=yes
protocol kernel > ipv4 > import none
protocol kernel > ipv4 > export where source = RTS_BGP
{_BI} local {{dev_inside}} as {{asn:0}}
{_BI} neighbor {{aws_inside}} as {{amazon}}
{_BI} hold time 30
{_BI} keepalive time 10
{_BI} ipv4 > import filter > if net = {{accept.net}} then > bgp_local_pref = {{preference}}
?{_BI} ipv4 > import filter > if net = {{accept.net}} then > accept
{_BI} ipv4 > import filter > reject
{_BI} ipv4 > export filter > if proto = "own_networks" then > bgp_med = {{metric}}
{_BI} ipv4 > export filter > if proto = "own_networks" then > accept
{_BI} ipv4 > export filter > reject
{_BI} ipv4 > next hop self
"""
_LC = "conn {P}-{n} >"
IPSEC_CONF = f"""
{_LC} type=tunnel
{_LC} authby=secret
{_LC} ikev2=insist @ike=2
{_LC} ikev2=no @ike=1
{_LC} left={{local:0}}
{_LC} leftid={{local:0}}
{_LC} leftsubnet={{sel_theirs:0}}
{_LC} right={{peer}}
{_LC} rightid={{peer}}
{_LC} rightsubnet={{sel_ours:0}}
{_LC} ike={{enc1}}-{{hash1}};dh{{dh1}}
{_LC} esp={{enc2}}-{{esp2}};dh{{dh2}}
{_LC} esp={{enc2}};dh{{dh2}}
{_LC} pfs=yes
{_LC} ikelifetime={{life1}}s
{_LC} salifetime={{life2}}s
{_LC} replay-window={{replay}}
{_LC} dpddelay={{delay}}
{_LC} dpdtimeout={{timeout}}
{_LC} dpdaction=restart
{_LC} ipsec-interface={{n}}
{_LC} mtu={{mtu:0}}
{_LC} auto=start @starts=device
{_LC} auto=add @starts=aws
"""
IPSEC_SECRETS = """
{local:0} {A} : PSK {key}
"""

_AL, _AC = (
    f"resource > azurerm_{kind} > aws_{{n}} >"
    for kind in ("local_network_gateway", "virtual_network_gateway_connection")
)
_AN = "resource > azurerm_network_security_group > aws >"
_AR = f"{_AN} security_rule#{{rule.id}} >"
AZURE = f"""
terraform > required_providers > azurerm > source = hashicorp/azurerm
terraform > required_providers > azurerm > version = ~> 4.0
?variable > resource_group_name > description = The resource group of your virtual network gateway.
?variable > location > description = Its region.
?variable > virtual_network_gateway_id > description = Its ID.
?variable > {{x}} > type = string
variable > key_of_tunnel_{{n}} > description = The pre-shared key of tunnel {{n}}, as TF_VAR_key_of_tunnel_{{n}} and in no file.
variable > key_of_tunnel_{{n}} > sensitive = True
{_AL} name = {{P}}-aws-{{n}}
{_AL} resource_group_name = ${{var.resource_group_name}}
{_AL} location = ${{var.location}}
{_AL} gateway_address = {{peer}}
{_AL} address_space = {{ours:0}}
{_AL} bgp_settings#0 > asn = {{amazon}}
{_AL} bgp_settings#0 > bgp_peering_address = {{aws_inside}}
{_AC} name = {{P}}-aws-{{n}}
{_AC} resource_group_name = ${{var.resource_group_name}}
{_AC} location = ${{var.location}}
{_AC} type = IPsec
{_AC} virtual_network_gateway_id = ${{var.virtual_network_gateway_id}}
{_AC} local_network_gateway_id = ${{azurerm_local_network_gateway.aws_{{n}}.id}}
{_AC} shared_key = ${{var.key_of_tunnel_{{n}}}}
{_AC} connection_protocol = IKEv{{ike}}
{_AC} connection_mode = Default @starts=device
{_AC} connection_mode = ResponderOnly @starts=aws
{_AC} dpd_timeout_seconds = {{timeout}}
{_AC} enable_bgp = True @bgp=yes
{_AC} enable_bgp = False @bgp=no
{_AC} custom_bgp_addresses#0 > primary = {{dev_inside}}
{_AC} use_policy_based_traffic_selectors = True
{_AC} traffic_selector_policy#0 > local_address_cidrs = {{sel_theirs:0}}
{_AC} traffic_selector_policy#0 > remote_address_cidrs = {{sel_ours:0}}
{_AC} ipsec_policy#0 > ike_encryption = {{enc1}}
{_AC} ipsec_policy#0 > ike_integrity = {{hash1}}
{_AC} ipsec_policy#0 > dh_group = {{dh1}}
{_AC} ipsec_policy#0 > ipsec_encryption = {{enc2}}
{_AC} ipsec_policy#0 > ipsec_integrity = {{esp2}}
{_AC} ipsec_policy#0 > pfs_group = {{dh2}}
{_AC} ipsec_policy#0 > sa_lifetime = {{life2}}
{_AN} name = {{P}}-aws
{_AN} resource_group_name = ${{var.resource_group_name}}
{_AN} location = ${{var.location}}
{_AR} name = {{rule.name}}
{_AR} priority = {{rule.priority}}
{_AR} direction = {{rule.way}}
{_AR} access = {{rule.access}}
{_AR} protocol = {{rule.proto}}
{_AR} source_address_prefix = {{rule.src}}
{_AR} source_port_range = *
{_AR} destination_address_prefix = {{rule.dst}}
{_AR} destination_port_range = {{rule.port}}
"""

_GG = "resource > google_compute_"
_GT, _GR = f"{_GG}vpn_tunnel > aws_{{n}} >", f"{_GG}route > aws_{{n}} >"
_GP, _GI, _GY = (f"{_GG}router_{kind} > aws_{{n}} >" for kind in ("peer", "interface", "route_policy"))
_GC, _GF = f"{_GT} cipher_suite#0 >", f"{_GG}firewall > {{rule.id}} >"
GOOGLE = f"""
terraform > required_providers > google > source = hashicorp/google
terraform > required_providers > google > version = >= 6.38
?variable > project > description = Your project.
?variable > region > description = The region of your gateway.
?variable > network > description = The self link of your VPC network.
?variable > {{x}} > type = string
variable > key_of_tunnel_{{n}} > description = The pre-shared key of tunnel {{n}}, as TF_VAR_key_of_tunnel_{{n}} and in no file.
variable > key_of_tunnel_{{n}} > sensitive = True
provider > google > project = ${{var.project}}
provider > google > region = ${{var.region}}
{_GG}ha_vpn_gateway > ours > name = {{P}}
{_GG}ha_vpn_gateway > ours > network = ${{var.network}}
{_GG}external_vpn_gateway > aws > name = {{P}}-aws
{_GG}external_vpn_gateway > aws > redundancy_type = TWO_IPS_REDUNDANCY
{_GG}external_vpn_gateway > aws > interface#{{end.id}} > id = {{end.index}}
{_GG}external_vpn_gateway > aws > interface#{{end.id}} > ip_address = {{end.address}}
{_GG}router > ours > name = {{P}}
{_GG}router > ours > network = ${{var.network}}
{_GG}router > ours > bgp#0 > asn = {{asn}}
{_GG}router > ours > bgp#0 > keepalive_interval = 20
{_GG}router > ours > bgp#0 > advertise_mode = CUSTOM
{_GG}router > ours > bgp#0 > advertised_ip_ranges#{{network.id}} > range = {{network.net}}
{_GG}address > ours > name = {{P}}
{_GG}address > ours > address = {{local}}
{_GG}vpn_gateway > ours > name = {{P}}
{_GG}vpn_gateway > ours > network = ${{var.network}}
{_GG}forwarding_rule > esp > name = {{P}}-esp
{_GG}forwarding_rule > esp > ip_protocol = ESP
{_GG}forwarding_rule > udp500 > name = {{P}}-udp500
{_GG}forwarding_rule > udp500 > ip_protocol = UDP
{_GG}forwarding_rule > udp500 > port_range = 500
{_GG}forwarding_rule > udp4500 > name = {{P}}-udp4500
{_GG}forwarding_rule > udp4500 > ip_protocol = UDP
{_GG}forwarding_rule > udp4500 > port_range = 4500
{_GG}forwarding_rule > {{x.id}} > ip_address = ${{google_compute_address.ours.address}}
{_GG}forwarding_rule > {{x.id}} > target = ${{google_compute_vpn_gateway.ours.id}}
{_GT} name = {{P}}-aws-{{n}}
{_GT} ike_version = {{ike}}
{_GT} shared_secret = ${{var.key_of_tunnel_{{n}}}}
{_GT} vpn_gateway = ${{google_compute_ha_vpn_gateway.ours.id}}
{_GT} vpn_gateway_interface = 0
{_GT} peer_external_gateway = ${{google_compute_external_vpn_gateway.aws.id}}
{_GT} peer_external_gateway_interface = {{index}}
{_GT} router = ${{google_compute_router.ours.id}}
{_GT} target_vpn_gateway = ${{google_compute_vpn_gateway.ours.id}}
{_GT} peer_ip = {{peer}}
{_GT} local_traffic_selector = {{sel_theirs:0}}
{_GT} remote_traffic_selector = {{sel_ours:0}}
{_GC} phase1#0 > encryption = {{enc1}}
{_GC} phase1#0 > integrity = {{int1}}
{_GC} phase1#0 > prf = PRF-{{hash1}}
{_GC} phase1#0 > dh = Group-{{dh1}}
{_GC} phase2#0 > encryption = {{enc2}}
{_GC} phase2#0 > integrity = {{esp2}}
{_GC} phase2#0 > pfs = Group-{{dh2}}
{_GT} depends_on = ${{google_compute_forwarding_rule.{{x.id}}}}
{_GR} name = {{P}}-aws-{{n}}
{_GR} network = ${{var.network}}
{_GR} dest_range = {{ours:0}}
{_GR} priority = {{metric}}
{_GR} next_hop_vpn_tunnel = ${{google_compute_vpn_tunnel.aws_{{n}}.id}}
{_GI} name = {{P}}-aws-{{n}}
{_GI} router = ${{google_compute_router.ours.name}}
{_GI} ip_range = {{dev_inside}}/{{inside_length}}
{_GI} vpn_tunnel = ${{google_compute_vpn_tunnel.aws_{{n}}.name}}
{_GY} name = {{P}}-aws-{{n}}
{_GY} router = ${{google_compute_router.ours.name}}
{_GY} type = ROUTE_POLICY_TYPE_IMPORT
{_GY} terms#{{term.id}} > priority = 10
{_GY} terms#{{term.id}} > priority = 20
{_GY} terms#{{accept.id}} > match#0 > expression = destination == '{{accept.net}}'
{_GY} terms#{{term.id}} > match#0 > expression = true
{_GY} terms#{{term.id}} > actions#0 > expression = accept()
{_GY} terms#{{term.id}} > actions#0 > expression = drop()
{_GP} name = {{P}}-aws-{{n}}
{_GP} router = ${{google_compute_router.ours.name}}
{_GP} interface = ${{google_compute_router_interface.aws_{{n}}.name}}
{_GP} peer_ip_address = {{aws_inside}}
{_GP} peer_asn = {{amazon}}
{_GP} advertised_route_priority = {{metric}}
{_GP} import_policies = ${{google_compute_router_route_policy.aws_{{n}}.name}}
{_GF} name = {{P}}-{{rule.name}}
{_GF} network = ${{var.network}}
{_GF} direction = {{rule.way}}
{_GF} priority = {{rule.priority}}
{_GF} source_ranges = {{rule.src}}
{_GF} destination_ranges = {{rule.dst}}
{_GF} allow#0 > protocol = all @rule.proto=any @rule.port=any @rule.access=Allow
{_GF} allow#0 > protocol = {{rule.proto}} @rule.access=Allow
{_GF} allow#0 > ports = {{rule.port}}
{_GF} deny#0 > protocol = all @rule.proto=any @rule.port=any @rule.access=Deny
"""

_RULES = """
?heading Firewall rules
?Firewall rules > | from | to | service | action |
Firewall rules > | {in.src} | {in.dst} | any | allow |
Firewall rules > | {rule.src} | {rule.dst} | {rule.proto} {rule.port} | allow |
?Firewall rules > | any, from both tunnels | any | any | drop |
Firewall rules > | any | {ours} | any | drop |
"""
_ROUTES = """
?heading Routes
?Routes > | tunnel | destination | next hop | metric |
Routes > | {n} | {ours:0} | {aws_inside} | {metric} |
Routes > BGP, your AS {asn}, router ID {local}, keepalive 10 s, hold time 30 s.
?Routes > | tunnel | neighbour | its AS | your address | local preference of what comes | metric of what you announce |
Routes > | {n} | {aws_inside} | {amazon} | {dev_inside} | {preference} | {metric} |
?Routes > | filter | prefixes, exact |
Routes > | let in, and nothing else | {accept.net} |
Routes > | announce, and nothing else | {network.net} |
?Routes > interfaces in a gateway group, tunnel 1 as tier 1, tunnel 2 as tier 2.
?Routes > BGP needs the plugin os-frr: Routing > BGP. Static routes: System > Gateways for both tunnel addresses, tunnel 1 with the
"""
_P1, _P2 = (
    f"Tunnel {{n}}, phase {phase}"
    for phase in ("1: VPN > IPsec > Tunnels > Add P1", "2: Show Phase 2 Entries > Add P2")
)
PFSENSE = (
    _RULES
    + _ROUTES
    + f"""
?heading {{P}} on pfSense 2.5 and newer
heading {_P1}
heading {_P2}
?{_P1} > | field | value |
?{_P2} > | field | value |
{_P1} > | Description | {{P}}-{{n}} |
{_P1} > | Key Exchange version | IKEv{{ike}} |
{_P1} > | Interface | {{outside:0}} |
{_P1} > | Remote Gateway | {{peer}} |
{_P1} > | Authentication Method | Mutual PSK |
{_P1} > | My identifier | IP address, {{local:0}} |
{_P1} > | Peer identifier | IP address, {{peer}} |
{_P1} > | Pre-Shared Key | {{key}} |
{_P1} > | Encryption Algorithm | AES ({{enc1}} bits) |
{_P1} > | Encryption Algorithm | AES256-GCM (128 bits) | @enc1=256gcm
{_P1} > | Encryption Algorithm | AES128-GCM (128 bits) | @enc1=128gcm
{_P1} > | Hash | {{hash1}} |
{_P1} > | DH Group | {{dh1}} (nist {{dh1}}) |
{_P1} > | DH Group | {{dh1}} ({{dh1}} bit) |
{_P1} > | Life Time | {{life1}} |
{_P1} > | Rekey Time | {{rekey1}} |
{_P1} > | Child SA Start Action | Initiate at start (VTI or Tunnel Mode) | @starts=device
{_P1} > | Child SA Close Action | Restart/Reconnect | @starts=device
{_P1} > | Child SA Start Action | None (Responder Only) | @starts=aws
{_P1} > | Child SA Close Action | Close connection and clear SA | @starts=aws
{_P1} > | NAT Traversal | Auto |
{_P1} > | Dead Peer Detection | on |
{_P1} > | Delay | {{delay}} |
{_P1} > | Max failures | {{retries}} |
{_P2} > | Mode | Tunnel IPv4 |
{_P2} > | Local Network | Network, {{sel_theirs:0}} |
{_P2} > | Remote Network | Network, {{sel_ours:0}} |
{_P2} > | Mode | Routed (VTI) |
{_P2} > | Local Network | Network, {{dev_inside}}/{{inside_length}}, inside the tunnel |
{_P2} > | Remote Network | Address, {{N}} |
{_P2} > | Protocol | ESP |
{_P2} > | Encryption Algorithms | AES ({{enc2}} bits) only |
{_P2} > | Encryption Algorithms | AES256-GCM (128 bits) only | @enc2=256gcm
{_P2} > | Encryption Algorithms | AES128-GCM (128 bits) only | @enc2=128gcm
{_P2} > | Hash Algorithms | {{esp2}} only |
{_P2} > | Hash Algorithms | none: the encryption authenticates |
{_P2} > | PFS key group | {{dh2}} (nist {{dh2}}) |
{_P2} > | PFS key group | {{dh2}} ({{dh2}} bit) |
{_P2} > | Life Time | {{life2}} |
{_P2} > | Rekey Time | {{rekey2}} |
?heading Interfaces and packet size
Interfaces and packet size > Interfaces > Assignments: add both ipsec interfaces, enable them, MTU {{mtu}}, MSS {{mss}}.
Interfaces and packet size > VPN > IPsec > Advanced Settings: MSS Clamping on, {{mss}}. A tunnel of this mode has no interface: with both up, the
"""
)
_OT = "Tunnel {n} >"
OPNSENSE = (
    _RULES
    + _ROUTES
    + f"""
?heading {{P}} on OPNsense 23.1 and newer
heading Tunnel {{n}}
?{_OT} | field | value |
{_OT} | Local Identifier | {{local:0}} |
{_OT} | Remote Identifier | {{peer}} |
{_OT} | Pre-Shared Key | {{key}} |
{_OT} | Proposals | {{enc1}}-{{hash1}}-{{dh1}} |
{_OT} | Version | IKEv{{ike}} |
{_OT} | Local addresses | {{local:0}} |
{_OT} | Remote addresses | {{peer}} |
{_OT} | Rekey time (s) | {{rekeys}} |
{_OT} | Over time (s) | {{over1}} |
{_OT} | DPD delay (s) | {{delay}} |
{_OT} | DPD timeout (s) | {{timeout}} |
{_OT} | Description | {{P}}-{{n}} |
{_OT} Local authentication: Pre-Shared Key, Id {{local:0}}. Remote authentication: Pre-Shared Key, Id {{peer}}.
{_OT} | Start action | Start | @starts=device
{_OT} | Close action | Start | @starts=device
{_OT} | Start action | None | @starts=aws
{_OT} | Close action | None | @starts=aws
{_OT} | DPD action | Start |
{_OT} | Reqid | {{n}} |
{_OT} | Policies | off | @narrow=no
{_OT} | Policies | on | @narrow=yes
{_OT} | Local | {{sel_theirs:0}} |
{_OT} | Remote | {{sel_ours:0}} |
{_OT} | ESP proposals | {{enc2}}-{{esp2}}-{{dh2}} |
{_OT} | ESP proposals | {{enc2}}-{{dh2}} |
{_OT} | Life time (s) | {{life2}} |
{_OT} | Local address | {{local:0}} |
{_OT} | Remote address | {{peer}} |
{_OT} | Tunnel local address | {{dev_inside}} |
{_OT} | Tunnel remote address | {{N}} |
?heading Packet size
Packet size > Firewall > Settings > Normalization: one rule for both IPsec interfaces, Max mss {{mss}}. MTU of the interfaces: {{mtu}}.
"""
)
CHECK_POINT = (
    _RULES
    + _ROUTES
    + f"""
?heading {{P}} on Check Point Gaia R80.40 and newer
?heading The gateway's own address
Routes > AWS's selectors are {{sel_ours}} (we) and {{sel_theirs}} (you): the communities' VPN domains are set to exactly these networks
The gateway's own address > The gateway identifies itself as {{local}}: gateway object > IPsec VPN > Link Selection, "Always use this IP address".
heading Tunnel {{n}}
?{_OT} | field | value |
{_OT} | VPN Tunnel ID | 10{{n}} |
{_OT} | Remote Peer Name | {{P}}-aws-{{n}} |
{_OT} | VPN Tunnel Type | Numbered |
{_OT} | Local Address | {{dev_inside}} |
{_OT} | Remote Address | {{N}} |
{_OT} | MTU | {{mtu:0}} |
{_OT} | Name | {{P}}-aws-{{n}} |
{_OT} | IPv4 Address | {{peer}} |
{_OT} | Topology > VPN Domain | user defined: an empty group |
{_OT} | Name | {{P}}-{{n}} |
{_OT} | Encryption > Encryption Method | IKEv{{ike}} only |
{_OT} | Phase 1 > Encryption algorithm | {{enc1}} |
{_OT} | Phase 1 > Data integrity | {{hash1}} |
{_OT} | Phase 1 > Diffie-Hellman group | Group {{dh1}} |
{_OT} | Phase 2 > Encryption algorithm | {{enc2}} |
{_OT} | Phase 2 > Data integrity | {{esp2}} |
{_OT} | Phase 2 > Data integrity | none: the encryption authenticates |
{_OT} | Tunnel Management > Permanent tunnels | on all tunnels in the community |
{_OT} | Tunnel Management > VPN Tunnel Sharing | One VPN tunnel per Gateway pair |
{_OT} | Shared Secret | {{key}} |
{_OT} | Advanced > Renegotiate IKE, minutes | {{minutes1}} |
{_OT} | Advanced > Renegotiate IPsec, seconds | {{life2}} |
{_OT} | Advanced > Use Perfect Forward Secrecy | Group {{dh2}} |
{_OT} | Dead peer detection | tunnel_keepalive_method dpd, every {{delay}} seconds |
?heading Packet size
Packet size > On the gateway: `fw ctl set int fw_clamp_vpn_mss 1`, and `mss_value` {{mss}} for both tunnel interfaces.
"""
)
FTD = (
    _RULES
    + _ROUTES
    + f"""
?heading {{P}} on Cisco FTD 6.7 and newer
heading Tunnel {{n}}
?{_OT} | field | value |
{_OT} | Name | {{P}}-{{n}} |
{_OT} | Tunnel ID | 10{{n}} |
{_OT} | Tunnel Source | {{outside:0}} |
{_OT} | IPsec Tunnel Mode | IPv4 |
{_OT} | IP Address | {{dev_inside}}/{{inside_length}} |
{_OT} | Topology Name | {{P}}-{{n}} |
{_OT} | IKE Version | IKEv{{ike}} |
{_OT} | Node A | your device, {{local:0}} |
{_OT} | Node B | Extranet, {{peer}} |
{_OT} | Node A > Protected Networks | {{policy_theirs:0}} |
{_OT} | Node B > Protected Networks | {{policy_ours:0}} |
{_OT} | IKE > Policy > Encryption | {{enc1}} |
{_OT} | IKE > Policy > Integrity | NULL |
{_OT} | IKE > Policy > Integrity | {{int1}} |
{_OT} | IKE > Policy > PRF | {{hash1}} |
{_OT} | IKE > Policy > Diffie-Hellman Group | {{dh1}} |
{_OT} | IKE > Policy > Lifetime | {{life1}} |
{_OT} | IKE > Authentication Type | Pre-shared Manual Key, {{key}} |
{_OT} | IPsec > Proposal > ESP Encryption | {{enc2}} |
{_OT} | IPsec > Proposal > ESP Hash | NULL |
{_OT} | IPsec > Proposal > ESP Hash | {{esp2}} |
{_OT} | IPsec > Enable Perfect Forward Secrecy, Modulus Group | {{dh2}} |
{_OT} | IPsec > Lifetime Duration | {{life2}} seconds, Lifetime Size empty |
{_OT} | Advanced > IKE Keepalive | enabled, threshold {{delay}}, retry {{retries}} |
?heading Packet size
Packet size > FlexConfig, appended once: `sysopt connection tcpmss {{mss}}`. MTU of both tunnel interfaces: {{mtu}}.
"""
)

_BGP = {"asn": "bgp", "amazon": "bgp", "preference": "bgp"}
_NARROW = {f"sel_{side}{form}": "narrow" for side in ("ours", "theirs") for form in ("", "_addr", "_mask")}
_GCMS = {"128": "AES128", "256": "AES256", "128gcm": "AES128-GCM-16", "256gcm": "AES256-GCM-16"}
_SCREEN = {word.removeprefix("modp"): number for word, number in _NAMED.items()}
_SCREEN_SHA = hashes("SHA1", "SHA256", "SHA384", "SHA512")
_OF_SWAN = {"enc1": _SWAN, "enc2": _SWAN, "hash1": _SHA, "esp2": _SHA, "dh1": _NAMED, "dh2": _NAMED}
_HMAC = hashes("HMAC-SHA1-96", "HMAC-SHA2-256-128", "HMAC-SHA2-384-192", "HMAC-SHA2-512-256")
_ROUTED = (File("frr.conf", frr, FRR), File("bird.conf", braced, BIRD))

VENDORS = (
    Vendor("strongswan", (File("swanctl.conf", braced, SWANCTL), File("strongswan.conf", braced, STRONGSWAN_CONF),
                          File("interfaces.sh", plain, LINKS), File("nftables.conf", braced, NFTABLES), *_ROUTED),
           _OF_SWAN, _BGP | {"ours": "static", "both": "bgp", "aws_inside": "bgp"}),
    Vendor("libreswan", (File("ipsec.conf", assigned, IPSEC_CONF), File("ipsec.secrets", plain, IPSEC_SECRETS),
                         File("interfaces.sh", plain, LIBRESWAN_LINKS), File("nftables.conf", braced, NFTABLES), *_ROUTED),
           {"enc1": ciphers("aes128", "aes256", "aes_gcm128", "aes_gcm256"),
            "enc2": ciphers("aes128", "aes256", "aes_gcm128", "aes_gcm256"),
            "hash1": hashes("sha1", "sha2_256", "sha2_384", "sha2_512"),
            "esp2": hashes("sha1", "sha2_256", "sha2_384", "sha2_512")},
           _BGP | {"ours": "static", "both": "bgp", "aws_inside": "bgp"}),
    Vendor("azure", (File("main.tf", terraform, AZURE),),
           {"enc1": ciphers("AES128", "AES256", "GCMAES128", "GCMAES256"),
            "enc2": ciphers("AES128", "AES256", "GCMAES128", "GCMAES256"), "hash1": _SCREEN_SHA,
            "esp2": _SCREEN_SHA | {"GCMAES128": "itself", "GCMAES256": "itself"},
            "dh1": {"DHGroup2": "2", "DHGroup14": "14", "DHGroup24": "24", "ECP256": "19", "ECP384": "20"},
            "dh2": {"PFS2": "2", "PFS2048": "14", "PFS24": "24", "ECP256": "19", "ECP384": "20"}},
           _BGP | _NARROW | {"ours": "static", "aws_inside": "bgp", "dev_inside": "bgp", "esp2": "itself"}),
    Vendor("google-cloud", (File("main.tf", terraform, GOOGLE),),
           {"enc1": ciphers("AES-CBC-128", "AES-CBC-256", "AES-GCM-16-128", "AES-GCM-16-256"),
            "enc2": ciphers("AES-CBC-128", "AES-CBC-256", "AES-GCM-16-128", "AES-GCM-16-256"),
            "hash1": hashes("HMAC-SHA1", "HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512"), "int1": _HMAC, "esp2": _HMAC},
           _BGP | {"ours": "static", "local": "static", "sel_ours": "static", "sel_theirs": "static", "peer": "static",
                   "aws_inside": "bgp", "dev_inside": "bgp", "inside_length": "bgp", "int1": "cbc1", "index": "bgp"}),
    Vendor("pfsense", (File("steps.md", steps, PFSENSE),),
           {"enc1": _GCMS, "enc2": _GCMS, "hash1": _SCREEN_SHA, "esp2": _SCREEN_SHA, "dh1": _SCREEN, "dh2": _SCREEN},
           _BGP | _NARROW | {"dev_inside": "wide or bgp", "inside_length": "wide", "mtu": "wide", "aws_inside": "any",
                             "y": "silent"}),
    Vendor("opnsense", (File("steps.md", steps, OPNSENSE),), _OF_SWAN,
           _BGP | {"dev_inside": "wide or bgp", "aws_inside": "any"}),
    Vendor("check-point", (File("steps.md", steps, CHECK_POINT),),
           {"enc1": ciphers("AES-128", "AES-256"), "enc2": ciphers("AES-128", "AES-256", "AES-GCM-128", "AES-GCM-256"),
            "hash1": _SCREEN_SHA, "esp2": _SCREEN_SHA}, _BGP | _NARROW),
    Vendor("cisco-ftd", (File("steps.md", steps, FTD),),
           {"enc1": ciphers("AES", "AES-256", "AES-GCM", "AES-GCM-256"),
            "enc2": ciphers("AES", "AES-256", "AES-GCM", "AES-GCM-256"),
            "hash1": hashes("SHA", "SHA256", "SHA384", "SHA512"), "int1": hashes("SHA", "SHA256", "SHA384", "SHA512"),
            "esp2": hashes("SHA-1", "SHA-256", "SHA-384", "SHA-512")},
           _BGP | {"int1": "cbc1", "dev_inside": "wide or bgp", "inside_length": "wide", "outside": "wide", "policy_ours": "narrow",
                   "policy_theirs": "narrow"}),
)  # fmt: skip
