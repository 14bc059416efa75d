"""Moves votes from the queue to the database; every copy tells its name."""

import json
import os
import signal
import socket
import sys

import psycopg2
import redis

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
queue = redis.Redis("redis")
database = psycopg2.connect(host="db", user="postgres", password="postgres", dbname="postgres")
database.autocommit = True
with database.cursor() as cursor:
    cursor.execute("SELECT pg_advisory_lock(1)")
    cursor.execute("CREATE TABLE IF NOT EXISTS votes (id text PRIMARY KEY, vote text)")
    cursor.execute("CREATE TABLE IF NOT EXISTS workers (name text PRIMARY KEY)")
    cursor.execute("INSERT INTO workers VALUES (%s) ON CONFLICT DO NOTHING", (f"{socket.gethostname()} {os.getpid()}",))
    cursor.execute("SELECT pg_advisory_unlock(1)")
while True:
    item = queue.blpop("votes")
    if item is None:
        continue
    vote = json.loads(item[1])
    with database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO votes VALUES (%(id)s, %(vote)s) ON CONFLICT (id) DO UPDATE SET vote = excluded.vote", vote
        )
