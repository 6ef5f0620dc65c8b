# long-partner-named-mixed: written by natlane for MikroTik RouterOS 7. Replace every word in capitals before you load it.
# RouterOS decides by policy what enters a tunnel: one policy, whose second peer is used while the first does not answer.
/ip ipsec profile add name=long-partner-named-mixed-1 enc-algorithm=aes-256 hash-algorithm=sha256 dh-group=modp2048 lifetime=28800s dpd-interval=10s dpd-maximum-failures=3 nat-traversal=yes
/ip ipsec proposal add name=long-partner-named-mixed-1 enc-algorithms=aes-256-gcm auth-algorithms=null pfs-group=modp2048 lifetime=3600s
/ip ipsec peer add name=long-partner-named-mixed-1 address=198.51.100.1 local-address=203.0.113.20 exchange-mode=ike2 profile=long-partner-named-mixed-1
/ip ipsec identity add peer=long-partner-named-mixed-1 auth-method=pre-shared-key secret=KEY_OF_TUNNEL_1 my-id=address:203.0.113.20 remote-id=address:198.51.100.1
/ip firewall filter add chain=input action=accept src-address=198.51.100.1 protocol=udp dst-port=500,4500 comment="long-partner-named-mixed: IKE of tunnel 1"
/ip firewall filter add chain=input action=accept src-address=198.51.100.1 protocol=ipsec-esp comment="long-partner-named-mixed: ESP of tunnel 1"
/ip ipsec profile add name=long-partner-named-mixed-2 enc-algorithm=aes-256 hash-algorithm=sha256 dh-group=modp2048 lifetime=28800s dpd-interval=10s dpd-maximum-failures=3 nat-traversal=yes
/ip ipsec proposal add name=long-partner-named-mixed-2 enc-algorithms=aes-256-gcm auth-algorithms=null pfs-group=modp2048 lifetime=3600s
/ip ipsec peer add name=long-partner-named-mixed-2 address=198.51.100.2 local-address=203.0.113.20 exchange-mode=ike2 profile=long-partner-named-mixed-2
/ip ipsec identity add peer=long-partner-named-mixed-2 auth-method=pre-shared-key secret=KEY_OF_TUNNEL_2 my-id=address:203.0.113.20 remote-id=address:198.51.100.2
/ip firewall filter add chain=input action=accept src-address=198.51.100.2 protocol=udp dst-port=500,4500 comment="long-partner-named-mixed: IKE of tunnel 2"
/ip firewall filter add chain=input action=accept src-address=198.51.100.2 protocol=ipsec-esp comment="long-partner-named-mixed: ESP of tunnel 2"
/ip ipsec policy add peer=long-partner-named-mixed-1,long-partner-named-mixed-2 tunnel=yes src-address=192.168.60.0/24 dst-address=10.181.0.0/27 action=encrypt level=require ipsec-protocols=esp proposal=long-partner-named-mixed-1
# Before your masquerading: what goes into the tunnel keeps its address.
/ip firewall nat add chain=srcnat action=accept src-address=192.168.60.0/24 dst-address=10.181.0.0/27 comment="long-partner-named-mixed"
/ip firewall mangle add chain=forward action=change-mss protocol=tcp tcp-flags=syn ipsec-policy=out,ipsec dst-address=10.181.0.0/27 new-mss=1359 passthrough=yes comment="long-partner-named-mixed"
/ip firewall mangle add chain=forward action=change-mss protocol=tcp tcp-flags=syn ipsec-policy=in,ipsec src-address=10.181.0.0/27 new-mss=1359 passthrough=yes comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=accept connection-state=established,related ipsec-policy=in,ipsec src-address=10.181.0.0/27 comment="long-partner-named-mixed: answers"
/ip firewall filter add chain=forward action=accept ipsec-policy=in,ipsec src-address=10.181.0.0/27 dst-address=192.168.60.7/32 protocol=tcp dst-port=22 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=accept ipsec-policy=in,ipsec src-address=10.181.0.0/27 dst-address=192.168.60.8/32 protocol=udp dst-port=53 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=drop ipsec-policy=in,ipsec src-address=10.181.0.0/27 comment="long-partner-named-mixed: nothing else"
/ip firewall filter add chain=forward action=accept connection-state=established,related dst-address=10.181.0.0/27 comment="long-partner-named-mixed: answers"
/ip firewall filter add chain=forward action=accept src-address=192.168.60.0/24 dst-address=10.181.0.14/32 protocol=tcp dst-port=443 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=accept src-address=192.168.60.0/24 dst-address=10.181.0.30/32 protocol=tcp dst-port=443 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=accept src-address=192.168.60.0/24 dst-address=10.181.0.13/32 protocol=tcp dst-port=8443 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=accept src-address=192.168.60.0/24 dst-address=10.181.0.29/32 protocol=tcp dst-port=8443 comment="long-partner-named-mixed"
/ip firewall filter add chain=forward action=drop dst-address=10.181.0.0/27 comment="long-partner-named-mixed: nothing else"
