"""Counts the votes."""

import http.server
import json

import psycopg2


class Result(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(counted()).encode())


def counted() -> dict[str, object]:
    database = psycopg2.connect(host="db", user="postgres", password="postgres", dbname="postgres")
    with database, database.cursor() as cursor:
        cursor.execute("SELECT vote, count(*) FROM votes GROUP BY vote ORDER BY vote")
        votes = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM workers")
        return {"votes": votes, "workers": cursor.fetchone()[0]}


http.server.ThreadingHTTPServer(("", 81), Result).serve_forever()
