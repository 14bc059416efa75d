#!/usr/bin/perl
# Counts visits in a Redis: every request is answered with TITLE and the number so far.
use strict;
use warnings;
use IO::Socket::INET;

$| = 1;
my ($port, $store) = ($ENV{PORT} // 8080, $ENV{STORE} // 'cache:6379');
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "port $port: $!\n";
$SIG{TERM} = sub { exit 0 };
print "counting in $store, listening on $port\n";
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\r?$/ }
    my $count = eval { visits() };
    my $body = defined $count ? ($ENV{TITLE} // 'counter') . ": $count\n" : "no store: $@";
    my $status = defined $count ? '200 OK' : '503 Service Unavailable';
    print $client "HTTP/1.1 $status\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    close $client;
}

sub visits {
    my $redis = IO::Socket::INET->new(PeerAddr => $store, Timeout => 3) or die "$store: $@\n";
    command($redis, 'AUTH', $ENV{PASSWORD}) if ($ENV{PASSWORD} // '') ne '';
    return command($redis, 'INCR', $ENV{KEY} // 'visits');
}

# The protocol of Redis: lengths and texts, an answer that begins with its kind.
sub command {
    my ($redis, @words) = @_;
    print $redis '*' . @words . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @words;
    my $answer = <$redis> // die "no answer\n";
    $answer =~ s/\r\n$//;
    die substr($answer, 1) . "\n" if $answer =~ /^-/;
    return substr($answer, 1);
}
