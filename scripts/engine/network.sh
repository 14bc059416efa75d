# shellcheck shell=bash
# The network namespace of a private Engine that runs beside another one: two Engines in one network
# would overwrite each other's bridge and firewall rules. A veth pair with NAT gives builds the mirror.

# Entered by nsenter: `ip netns exec` would hide the mounted cgroup hierarchies from dockerd.
has_network() { [ -e "/run/netns/$netns" ] && [ -f "$home/env.sh" ] && own_pid >/dev/null; }

inside_network() { [ "$(stat -Lc %i /proc/self/ns/net)" = "$(stat -Lc %i "/run/netns/$netns")" ]; }

# Interface names hold 15 characters; the subnet is one of 4096 /30 of a test range.
short_mark=$(printf '%x' $((mark % 4096)))
outer=bs-$short_mark-o
inner=bs-$short_mark-i
subnet=10.213.$((mark % 4096 / 16)).$((mark % 16 * 16))
outer_address=${subnet%.*}.$((${subnet##*.} + 1))
inner_address=${subnet%.*}.$((${subnet##*.} + 2))

create_network() {
  remove_network
  ip netns add "$netns"
  ip link add "$outer" mtu "$(uplink_mtu)" type veth peer name "$inner" mtu "$(uplink_mtu)" netns "$netns"
  ip address add "$outer_address/30" dev "$outer"
  ip link set "$outer" up
  ip -n "$netns" link set lo up
  ip -n "$netns" address add "$inner_address/30" dev "$inner"
  ip -n "$netns" link set "$inner" up
  ip -n "$netns" route add default via "$outer_address"
  if [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 0 ]; then
    echo 1 >/proc/sys/net/ipv4/ip_forward
    touch "$home/ip_forward_was_off"
  fi
  firewall_rules -I
}

# The FORWARD chain of a machine with Docker drops what it does not know.
firewall_rules() {
  local change=$1 comment=(-m comment --comment "$netns")
  iptables -w 10 "$change" FORWARD -i "$outer" "${comment[@]}" -j ACCEPT
  iptables -w 10 "$change" FORWARD -o "$outer" "${comment[@]}" -j ACCEPT
  iptables -w 10 -t nat "$change" POSTROUTING -s "$subnet/30" ! -d 10.213.0.0/16 "${comment[@]}" -j MASQUERADE
}

remove_network() {
  [ -e "/run/netns/$netns" ] || [ -e "/sys/class/net/$outer" ] || return 0
  say "removing the network namespace $netns"
  local try
  for try in 1 2 3; do
    firewall_rules -D 2>/dev/null || break
    [ "$try" -lt 3 ] || break
  done
  ip link delete "$outer" 2>/dev/null || true
  ip netns delete "$netns" 2>/dev/null || true
  if [ -f "$home/ip_forward_was_off" ]; then
    echo 0 >/proc/sys/net/ipv4/ip_forward
    rm -f "$home/ip_forward_was_off"
  fi
}
