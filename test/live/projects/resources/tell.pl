# One line per fact, `key=value`, then `end`.
use Fcntl;
$| = 1;
sub first { open my $f, '<', $_[0] or return "none: $!"; my $line = <$f>; chomp $line; $line }
my $status = do { local $/; open my $f, '<', '/proc/self/status'; $f ? <$f> : '' };
print "processors=", ($status =~ /^Cpus_allowed_list:\s*(\S+)/m ? $1 : 'unknown'), "\n";
print "oom=", first('/proc/self/oom_score_adj'), "\n";
print "somaxconn=", first('/proc/sys/net/core/somaxconn'), "\n";
print "shmmax=", first('/proc/sys/kernel/shmmax'), "\n";
for my $device ('/dev/log-of-kernel', '/dev/kmsg') {
  print "$device=", (sysopen(my $f, $device, O_RDONLY | O_NONBLOCK) ? 'read' : $!), "\n";
  print "$device for writing=", (sysopen(my $g, $device, O_WRONLY | O_NONBLOCK) ? 'written' : $!), "\n";
}
print "end\n";
sleep 100000;
