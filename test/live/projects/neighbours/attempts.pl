# Tries to leave a member, or to reach into another one: a line per attempt, "NAME held", "NAME escaped: WITH WHAT",
# or "NAME absent" where this kernel lacks the target. Without arguments all; else those named. Where an attempt
# succeeds it changes nothing. --control: a process outside, to which all others are strangers.
use strict;
use Fcntl;
use POSIX ();
use IO::Socket::UNIX;
use Socket qw(pack_sockaddr_un);

my $MARK = 'hidden-from-neighbours';
my %CALL = (ptrace => 101, unshare => 272, clone => 56, mount => 165, umount2 => 166, pivot_root => 155, setns => 308,
  keyctl => 250, syslog => 103, fsopen => 430, pidfd_send_signal => 424, mq_open => 240, name_to_handle_at => 303, open_by_handle_at => 304);
my %NAMESPACE = (mnt => 0x20000, cgroup => 0x2000000, uts => 0x4000000, ipc => 0x8000000, user => 0x10000000,
  pid => 0x20000000, net => 0x40000000);

sub content { my ($path) = @_; sysopen(my $f, $path, O_RDONLY | O_NONBLOCK) or return ''; sysread($f, my $text, 1 << 16); $text // '' }
sub may_write { sysopen(my $f, $_[0], O_WRONLY | O_NONBLOCK) ? 1 : 0 }
# Runs in a child, which may end up anywhere.
sub apart {
  my ($try) = @_;
  pipe(my $r, my $w);
  my $pid = fork // die;
  if (!$pid) { alarm 10; my $found = eval { $try->() }; print $w $found // "broken $@"; close $w; POSIX::_exit(0) }
  close $w;
  my $found = join '', <$r>;
  waitpid $pid, 0;
  $found;
}
sub call { my ($name, @args) = @_; syscall($CALL{$name}, @args) >= 0 }

# Processes of others: not those whose namespace of processes is ours.
my $own = readlink '/proc/self/ns/pid';
my (@foreign, %inner);
for my $pid (grep { -d "/proc/$_" } map { m{/(\d+)$} } glob '/proc/[0-9]*') {
  my $theirs = readlink("/proc/$pid/ns/pid") // '';
  my $is_control = @ARGV && $ARGV[0] eq '--control';
  if ($theirs eq $own && !($is_control && $pid != $$)) { $inner{$1} = 1 if content("/proc/$pid/status") =~ /^NSpid:.*?(\d+)$/m }
  else { push @foreign, $pid }
}
shift @ARGV if @ARGV && $ARGV[0] eq '--control';

sub of_others { my ($try) = @_; for my $pid (@foreign) { my $found = $try->($pid); return "$pid $found" if $found } '' }
sub path_of_others { my ($path) = @_; of_others(sub { -e "/proc/$_[0]/$path" ? $path : '' }) }

my @attempts = (
  'environment' => sub { of_others(sub { content("/proc/$_[0]/environ") =~ /$MARK/ ? 'environ' : '' }) },
  'root' => sub { of_others(sub { content("/proc/$_[0]/root/hidden") =~ /$MARK/ ? 'root' : '' }) },
  'directory' => sub { of_others(sub { content("/proc/$_[0]/cwd/hidden") =~ /$MARK/ ? 'cwd' : '' }) },
  'memory' => sub { of_others(sub { sysopen(my $f, "/proc/$_[0]/mem", O_RDONLY) ? 'mem' : '' }) },
  'memory-map' => sub { of_others(sub { content("/proc/$_[0]/maps") ne '' ? 'maps' : '' }) },
  'descriptors' => sub { of_others(sub { (grep { readlink } glob "/proc/$_[0]/fd/*") ? 'fd' : '' }) },
  'namespaces' => sub { of_others(sub { my $p = $_[0]; (grep { sysopen(my $f, "/proc/$p/ns/$_", O_RDONLY) } keys %NAMESPACE) ? 'ns' : '' }) },
  'proc-of-others' => sub { of_others(sub { my $p = $_[0]; (grep { may_write("/proc/$p/$_") } qw(oom_score_adj coredump_filter clear_refs autogroup timerslack_ns mem attr/current))[0] // '' }) },
  'trace' => sub { apart(sub { of_others(sub { !$inner{$_[0]} && call('ptrace', 0x4206, 0 + $_[0], 0, 0) ? 'seized' : '' }) }) },
  'signal' => sub { of_others(sub { !$inner{$_[0]} && kill(0, $_[0]) ? 'kill' : '' }) },
  'signal-by-descriptor' => sub { of_others(sub { opendir(my $d, "/proc/$_[0]"); $d && call('pidfd_send_signal', fileno($d), 0, 0, 0) ? 'pidfd' : '' }) },
  'bundle-configuration' => sub { path_of_others('root/etc/bundle/bundle.json') },
  'bundle-state' => sub { path_of_others('root/run/bundle/members') },
  'runtime-state' => sub { path_of_others('root/run/bundle/crun') },
  'supervisor-socket' => sub { of_others(sub { IO::Socket::UNIX->new(Peer => "/proc/$_[0]/root/run/supervisor.sock") ? 'connected' : '' }) },
  'bundle-in-own-root' => sub { join ' ', grep { -e } qw(/etc/bundle /run/bundle /run/supervisor.sock /srv/victim) },
  'break-out-of-root' => sub { apart(sub {
    mkdir '/tmp/jail'; opendir(my $d, '/'); chroot '/tmp/jail' or return ''; chdir $d; chdir '..' for 1 .. 64; chroot '.';
    -e '/etc/bundle/bundle.json' ? 'bundle.json' : '' }) },
  # A root that was moved over another one, instead of taking its place.
  'root-below' => sub { apart(sub {
    call('unshare', $NAMESPACE{mnt}) && sysopen(my $own, '/proc/self/ns/mnt', O_RDONLY) or return '';
    call('umount2', '/', 2); call('setns', fileno($own), 0) or return '';
    -e '/etc/bundle/bundle.json' ? 'bundle.json' : '' }) },
  (map { my $kind = $_; ("unshare-$kind" => sub { apart(sub { call('unshare', $NAMESPACE{$kind}) ? 'unshared' : '' }) }) } sort keys %NAMESPACE),
  'clone-user' => sub { my $pid = syscall($CALL{clone}, $NAMESPACE{user} | 17, 0, 0, 0, 0); if ($pid == 0) { POSIX::_exit(0) } waitpid $pid, 0 if $pid > 0; $pid > 0 ? 'cloned' : '' },
  'mount-tmpfs' => sub { apart(sub { call('mount', 'none', '/mnt', 'tmpfs', 0, 0) ? do { call('umount2', '/mnt', 2); 'mounted' } : '' }) },
  'mount-bind' => sub { apart(sub { call('mount', '/etc', '/mnt', 'none', 0x1000, 0) ? do { call('umount2', '/mnt', 2); 'mounted' } : '' }) },
  'mount-proc' => sub { apart(sub { call('mount', 'proc', '/mnt', 'proc', 0, 0) ? do { call('umount2', '/mnt', 2); 'mounted' } : '' }) },
  'mount-by-descriptor' => sub { call('fsopen', 'tmpfs', 0) ? 'opened' : '' },
  'pivot-root' => sub { call('pivot_root', '/', '/') || !$!{EPERM} ? "looked at: $!" : '' },
  'file-by-handle' => sub { by_handle($0) },
  'kernel-log-device' => sub { node('c', 1, 11) },
  'block-devices' => sub { my @disks = map { content($_) } glob '/sys/class/block/*/dev'; @disks ? (grep { $_ } map { node('b', /\d+/g) } @disks)[0] // '' : undef },
  'kernel-log' => sub { call('syslog', 3, my $buffer = ' ' x 4096, 4096) ? 'read' : '' },
  'keyring' => sub { call('keyctl', 0, -3, 1) ? 'found' : '' },
  (map { my $path = $_; ("write-$path" => sub { may_write($path) ? 'opened' : -e $path ? '' : undef }) }
    qw(/proc/sys/kernel/core_pattern /proc/sys/kernel/sysrq /proc/sys/kernel/modprobe /proc/sysrq-trigger
       /proc/sys/vm/overcommit_memory /sys/kernel/uevent_helper /sys/kernel/mm/transparent_hugepage/enabled)),
  'binfmt' => sub { may_write('/proc/sys/fs/binfmt_misc/register') || apart(sub { call('mount', 'none', '/mnt', 'binfmt_misc', 0, 0) ? do { call('umount2', '/mnt', 2); 'mounted' } : '' }) },
  'control-groups' => sub { (grep { may_write($_) } map { glob "$_/cgroup.procs $_/release_agent $_/notify_on_release" } '/sys/fs/cgroup', glob('/sys/fs/cgroup/*'))[0] // '' },
  'shared-memory' => sub { defined shmget(0x1234, 4096, 0) ? 'found' : '' },
  'message-queue' => sub { defined msgget(0x1235, 0) ? 'found' : '' },
  'semaphore' => sub { defined semget(0x1236, 1, 0) ? 'found' : '' },
  'posix-message-queue' => sub { call('mq_open', 'hidden', O_RDONLY, 0, 0) ? 'found' : '' },
  'posix-shared-memory' => sub { content('/dev/shm/hidden') =~ /$MARK/ ? 'read' : '' },
  'abstract-socket' => sub { socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("\0hidden")) ? 'connected' : '' },
);

sub node {
  my ($kind, $major, $minor) = @_;
  my $path = "/tmp/node-$$";
  my $made = syscall(133, $path, ($kind eq 'b' ? 0x6000 : 0x2000) | 0600, $major << 8 | $minor) == 0;
  my $opened = $made && sysopen(my $f, $path, O_RDONLY | O_NONBLOCK);
  unlink $path;
  $opened ? "$kind $major:$minor" : '';
}

# A file of a file system, whatever root it is seen from: by the handle that the kernel gives, else by that of the root.
sub by_handle {
  my ($path) = @_;
  my ($handle, $mount) = (pack('L2 x128', 128), pack('L', 0));
  syscall($CALL{name_to_handle_at}, -100, $path, $handle, $mount, 0) == 0 or $handle = pack('L2 Q', 8, 1, 2);
  open(my $f, '<', $path) or return '';
  call('open_by_handle_at', fileno($f), $handle, O_RDONLY) ? 'opened' : '';
}

my %wanted = map { $_ => 1 } @ARGV;
while (my ($name, $try) = splice @attempts, 0, 2) {
  next if %wanted && !$wanted{$name};
  my $found = eval { $try->() };
  print "$name ", ($@ ? "broken: $@" : !defined $found ? 'absent' : $found eq '' ? 'held' : "escaped: $found"), "\n";
}
