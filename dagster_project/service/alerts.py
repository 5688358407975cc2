"""Who is told when something needs a person: a log always, e-mail and a webhook if ``ncd.toml`` names them.

An alert names authorities, returns, days and reasons, never a value from a record. A receiver that cannot be
reached is tried again, then left, and the log says so: it never fails a run.
"""

import json
import smtplib
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlsplit

from dagster_project.intake.whole_files import write_json
from dagster_project.settings import Alerts, Settings, SettingsError, secret

Kind = Literal["blocked", "late", "refused", "test"]

LOG, TOLD = "alerts.log", "alerted.json"
#: What does not change is told again after this long.
AGAIN = timedelta(days=7)
_WAITS = (0, 1, 4)  # seconds before each attempt
_PATIENCE = 10  # seconds for a receiver to answer


@dataclass(frozen=True)
class Alert:
    """What is told: its kind, a line that says what, and the lines that say why or of whom."""

    kind: Kind
    subject: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join([self.subject, "", *self.lines])


def send(settings: Settings, alert: Alert) -> list[str]:
    """Tells it to everybody that ``[alerts]`` names; a line for each receiver that could not be reached."""
    if alert.kind not in (*settings.alerts.on, "test"):
        return []
    faults = [
        f"the alert could not be sent by {way} ({fault})"
        for way, deliver in _WAYS.items()
        if (fault := _tried(deliver, settings.alerts, alert))
    ]
    _log(settings, [alert.subject, *alert.lines, *faults], alert.kind)
    return faults


def fresh(settings: Settings, lines: Iterable[str]) -> list[str]:
    """Those of the lines that were not told within the last week; they count as told from now on."""
    file, now = settings.logs / TOLD, datetime.now(UTC)
    told: dict[str, str] = {}
    with suppress(OSError, ValueError):
        told = dict(json.loads(file.read_text(encoding="utf-8")))
    still = {line: at for line, at in told.items() if now - datetime.fromisoformat(at) < AGAIN}
    new = [line for line in lines if line not in still]
    if new:
        with suppress(OSError):  # then it is told once more
            file.parent.mkdir(parents=True, exist_ok=True)
            write_json(file, still | dict.fromkeys(new, now.isoformat()))
    return new


def _email(alerts: Alerts, alert: Alert) -> None:
    if not (alerts.smtp_host and alerts.email_to):
        return
    message = EmailMessage()
    message["Subject"] = f"[ncd] {alert.subject}"
    message["From"] = alerts.email_from or alerts.email_to[0]
    message["To"] = ", ".join(alerts.email_to)
    message.set_content(alert.text)
    kind = smtplib.SMTP_SSL if alerts.smtp_security == "tls" else smtplib.SMTP
    with kind(alerts.smtp_host, alerts.smtp_port, timeout=_PATIENCE) as server:
        if alerts.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if alerts.smtp_user:
            password = secret("NCD_SMTP_PASSWORD", alerts.smtp_password_file)
            server.login(alerts.smtp_user, password or "")
        server.send_message(message)


def _webhook(alerts: Alerts, alert: Alert) -> None:
    url = secret("NCD_WEBHOOK_URL", alerts.webhook_url_file)
    if not url:
        return
    if urlsplit(url).scheme not in ("http", "https"):
        raise SettingsError("its address must begin with https:// or http://")
    # 'text' is what the chat programs that take webhooks show
    told = {"kind": alert.kind, "subject": alert.subject, "lines": alert.lines, "text": alert.text}
    asked = urllib.request.Request(
        url, json.dumps(told).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=_PATIENCE):
        pass


_WAYS: dict[str, Callable[[Alerts, Alert], None]] = {"e-mail": _email, "webhook": _webhook}


def _tried(deliver: Callable[[Alerts, Alert], None], alerts: Alerts, alert: Alert) -> str:
    """What went wrong at the last attempt; nothing where one succeeded."""
    fault = ""
    for wait in _WAITS:
        if wait:
            time.sleep(wait)
        try:
            deliver(alerts, alert)
            return ""
        except SettingsError as wrong:  # it would be as wrong again
            return str(wrong)
        except Exception as gone:  # its text may hold an address with its secret
            fault = type(gone).__name__
    return fault


def _log(settings: Settings, lines: Iterable[str], kind: Kind) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with suppress(OSError):
        settings.logs.mkdir(parents=True, exist_ok=True)
        with (settings.logs / LOG).open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{at} {kind}: {line}\n" for line in lines)
