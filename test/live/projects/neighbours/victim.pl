# Keeps a secret in every place that a process has, and listens where every neighbour on the network may come.
use Fcntl;
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);
chdir '/';
$| = 1;
for my $path ('/hidden', '/dev/shm/hidden') { open my $f, '>', $path or die; print $f "$ENV{HIDDEN}\n" }
defined shmget(0x1234, 4096, 01600) && defined msgget(0x1235, 01600) && defined semget(0x1236, 1, 01600) or die $!;
my $queue = 'hidden';
syscall(240, $queue, O_RDWR | O_CREAT, 0600, 0) >= 0 or die $!;
socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("\0hidden")) && listen($s, 9) or die $!;
print "hidden\n";
sleep 1000 while 1;
