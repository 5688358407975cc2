"""Who is told: a mail and a web server here hear it, and one that does not answer stops nothing."""

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dagster_project import service
from dagster_project.service import Alert, alerts
from dagster_project.settings import Alerts, Settings, SettingsError, load
from tests.conftest import ncd

BLOCKED = Alert("blocked", "a run was blocked", ("critical: release.half_is_there failed",))


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as takes one message."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (more := self.rfile.readline()) != b".\r\n":
                    text += more
                self.server.heard.append(text.decode())
            self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")


class WebServer(BaseHTTPRequestHandler):
    """Takes what is posted, and fails as often as it is told to."""

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append(told)
        self.send_response(503 if len(self.server.heard) <= self.server.failures else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Starts a receiver of this machine; it keeps what it hears."""
    running = []

    def start(kind, handler, failures=0):
        server = kind(("127.0.0.1", 0), handler)
        server.heard, server.failures = [], failures
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def waits(monkeypatch):
    """How long was waited before each attempt."""
    waited = []
    monkeypatch.setattr(alerts.time, "sleep", waited.append)
    return waited


def by_mail(port):
    return Alerts(
        email_to=("data@example.org", "lead@example.org"),
        email_from="ncd@example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
    )


def log(home):
    return (home / "logs" / "alerts.log").read_text()


def test_a_mail_server_takes_the_alert(tmp_path, serve, waits):
    mail = serve(socketserver.TCPServer, MailServer)
    assert service.send(Settings(tmp_path, alerts=by_mail(mail.server_address[1])), BLOCKED) == []
    [message] = mail.heard
    assert "Subject: [ncd] a run was blocked" in message
    assert "To: data@example.org, lead@example.org" in message
    assert "critical: release.half_is_there failed" in message
    assert waits == []


def test_a_web_server_takes_the_alert_after_it_was_down_for_a_while(tmp_path, serve, waits, monkeypatch):
    web = serve(HTTPServer, WebServer, failures=2)
    monkeypatch.setenv("NCD_WEBHOOK_URL", f"http://127.0.0.1:{web.server_address[1]}/secret")
    assert service.send(Settings(tmp_path), BLOCKED) == []
    assert web.heard[2]["kind"] == "blocked"
    assert web.heard[2]["lines"] == ["critical: release.half_is_there failed"]
    assert waits == [1, 4]


def test_a_receiver_that_cannot_be_reached_is_told_of_and_stops_nothing(tmp_path, waits, monkeypatch):
    monkeypatch.setenv("NCD_WEBHOOK_URL", "http://127.0.0.1:9/secret")
    faults = service.send(Settings(tmp_path, alerts=by_mail(9)), BLOCKED)
    assert [fault.split(" (")[0] for fault in faults] == [
        "the alert could not be sent by e-mail",
        "the alert could not be sent by webhook",
    ]
    assert waits == [1, 4, 1, 4]
    assert "a run was blocked" in log(tmp_path)
    assert "could not be sent" in log(tmp_path)
    assert "secret" not in log(tmp_path) + "".join(faults)


def test_a_wrong_address_is_not_tried_again(tmp_path, waits, monkeypatch):
    monkeypatch.setenv("NCD_WEBHOOK_URL", "ftp://127.0.0.1/secret")
    [fault] = service.send(Settings(tmp_path), BLOCKED)
    assert "must begin with https://" in fault
    assert "secret" not in fault
    assert waits == []


def test_what_nobody_asked_to_be_told_of_is_not_told(tmp_path, waits):
    assert service.send(Settings(tmp_path, alerts=Alerts(on=("late",))), BLOCKED) == []
    assert not (tmp_path / "logs").exists()
    assert waits == []


def test_what_does_not_change_is_told_once_a_week(tmp_path, monkeypatch):
    here = Settings(tmp_path)
    assert alerts.fresh(here, ["a", "b"]) == ["a", "b"]
    assert alerts.fresh(here, ["b", "c"]) == ["c"]
    monkeypatch.setattr(alerts, "AGAIN", alerts.AGAIN * 0)
    assert alerts.fresh(here, ["a"]) == ["a"]


def test_a_secret_comes_from_the_environment_or_a_file_and_never_from_ncd_toml(tmp_path, serve, monkeypatch):
    monkeypatch.setenv("NCD_HOME", str(tmp_path))
    web = serve(HTTPServer, WebServer)
    (tmp_path / "hook").write_text(f"http://127.0.0.1:{web.server_address[1]}/\n")
    (tmp_path / "ncd.toml").write_text(f"[alerts]\nwebhook_url_file = '{tmp_path / 'hook'}'\n")
    assert service.send(load(), BLOCKED) == []
    assert len(web.heard) == 1
    (tmp_path / "ncd.toml").write_text("[alerts]\nwebhook_url = 'http://example.org/secret'\n")
    with pytest.raises(SettingsError, match="has no 'webhook_url'"):
        load()


def test_a_run_of_the_command_that_is_blocked_tells_of_it(tmp_path, serve):
    mail = serve(socketserver.TCPServer, MailServer)
    told = by_mail(mail.server_address[1])
    (tmp_path / "ncd.toml").write_text(
        f"la = '30'\n[alerts]\nemail_to = {list(told.email_to)}\nsmtp_host = '127.0.0.1'\n"
        f"smtp_port = {told.smtp_port}\nsmtp_security = 'none'\n"
    )
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "a.csv").write_text("CHILD\n")
    ran = ncd("run", "--alert", home=tmp_path)
    assert ran.returncode == 2
    assert "la = '30' is not the code of an authority" in mail.heard[0]
    assert "last run: blocked" in ncd("status", home=tmp_path).stdout
