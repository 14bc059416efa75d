"""Takes votes and puts them into the queue."""

import json

from flask import Flask, request
from redis import Redis

app = Flask(__name__)


@app.post("/")
def vote():
    Redis("redis").rpush("votes", json.dumps({"id": request.form["id"], "vote": request.form["vote"]}))
    return f"{request.form['id']} votes for {request.form['vote']}\n"
