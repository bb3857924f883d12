"""Control groups in the live table: they are looked for while it is shown."""

import pytest

from cgroups import LISTENER, SLICE, cgroup, path_of  # noqa: F401: a fixture

PORT = 8080


@pytest.fixture
def web(netns, cgroup, children):
    folder = cgroup(f"{SLICE}/web.service")
    children.spawn(LISTENER.format(port=PORT, folder=folder, then=folder))
    return folder


def test_the_unit_comes_into_its_column_and_the_filter_knows_it(live, web):
    terminal = live("-c", "0.2", "--columns", "local,unit", "-p", str(PORT))
    terminal.until_row(f"127.0.0.1:{PORT} web.service")
    terminal.key("\\")
    terminal.tmux("send-keys", "-l", "unit=web.service")
    terminal.until_title("filter: unit=web.service")
    terminal.until_row(f"127.0.0.1:{PORT} web.service")


def test_the_detail_asks_for_the_cgroup_of_its_socket(live, web):
    terminal = live("-c", "0.2", "-p", str(PORT), width=120, height=60)
    terminal.until_row(f"127.0.0.1:{PORT}")
    terminal.key("Enter")
    terminal.until(f"Cgroup     {path_of(web)}, where the socket was made.")


def test_rows_are_put_together_by_unit(live, web):
    terminal = live("-c", "0.2", "--group", "unit", "-p", str(PORT))
    terminal.until("web.service      1 socket  LISTEN 1")
