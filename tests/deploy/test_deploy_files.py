"""What `deploy/` names exists: keys, commands, variables, files; and nothing is open by mistake."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from compose_spec import PyCompose
from dagster._cli import create_dagster_cli
from dagster._daemon.cli import create_dagster_daemon_cli
from dagster_webserver.cli import create_dagster_webserver_cli
from typer.main import get_command

from clio_assets.analyst.claude.build import ClaudeSettings
from clio_assets.cli.app import app
from clio_assets.home.home import HOME_VARIABLE
from clio_assets.home.keys import KEY_VARIABLE
from clio_assets.run.instance import check_instance

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
OURS = ("code", "daemon", "webserver", "explorer")
LOGINS = {"dagster_login": "webserver", "explorer_login": "explorer"}
PROGRAMS: Mapping[str, click.Command] = {
    "clio": get_command(app),
    "dagster": create_dagster_cli(),
    "dagster-daemon": create_dagster_daemon_cli(),
    "dagster-webserver": create_dagster_webserver_cli(),
}


def commands_of(service: str) -> list[list[str]]:
    """What a service is started with, and what its health check starts."""
    found = [SERVICES[service]["command"], SERVICES[service]["healthcheck"]["test"][1:]]
    return [one[2:] if one[:2] == ["sh", "/usr/local/bin/entrypoint.sh"] else one for one in found]


def environment_of(service: str) -> dict[str, str]:
    return dict(SERVICES[service].get("environment") or {})


def mounts_of(service: str) -> dict[str, Mapping[str, Any]]:
    """Target -> mount, of the long form."""
    return {one["target"]: one for one in SERVICES[service].get("volumes", ())}


def is_group(program: click.Command) -> bool:
    """Whether it has commands of its own; typer's are of a click that it brings along."""
    return hasattr(program, "resolve_command")


def parse(command: list[str]) -> click.Context:
    """Read a command line as its program does, without doing what it asks for; how it was read."""
    name, *arguments = (word.replace("/srv/dagster", str(DEPLOY)) for word in command)
    program = PROGRAMS[name]
    context = program.make_context(name, arguments)
    while is_group(program):
        rest = [*context._protected_args, *context.args]
        name, found, arguments = program.resolve_command(context, rest)
        assert found is not None
        program, context = found, found.make_context(name, arguments, parent=context)
    return context


def filled(document: Mapping[str, Any]) -> str:
    """The file as compose reads it: variables replaced, by their default or by some path."""
    text = re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", yaml.safe_dump(document))
    return re.sub(r"\$\{\w+[^}]*\}", "/srv/given", text)


def test_compose_file_is_valid_when_it_is_read_by_its_specification() -> None:
    assert set(PyCompose.from_yaml(filled(DOCUMENT)).service_names()) == set(SERVICES)


def test_compose_file_is_refused_when_a_key_of_it_is_unknown() -> None:
    changed = {**SERVICES, "code": {**SERVICES["code"], "read_onyl": True}}
    with pytest.raises(ValueError, match="read_onyl"):
        PyCompose.from_yaml(filled({**DOCUMENT, "services": changed}))


@pytest.mark.parametrize("service", OURS)
def test_command_lines_are_understood_when_their_programs_read_them(service: str) -> None:
    for command in commands_of(service):
        if command[0] == "python":
            assert "urlopen" in compile(command[2], "healthcheck", "exec").co_names
        else:
            read = parse(command)
            assert not is_group(read.command)  # down to what does the work
            for option in {"--host", "--port"}.intersection(command):
                given = command[command.index(option) + 1]
                assert str(read.params[option.removeprefix("--")]) == given


@pytest.mark.parametrize("service", OURS)
def test_command_line_is_refused_when_an_option_of_it_is_unknown(service: str) -> None:
    with pytest.raises(Exception, match="--login") as refused:
        parse([*commands_of(service)[0], "--login"])
    assert type(refused.value).__name__ == "NoSuchOption"  # of click, or of typer's own


def test_variables_are_read_by_somebody_when_the_platform_is_given_them() -> None:
    written = (DEPLOY / "dagster.yaml").read_text("utf-8")
    entrypoint = (DEPLOY / "entrypoint.sh").read_text("utf-8")
    read = {HOME_VARIABLE, "DAGSTER_HOME", *re.findall(r"env: (\w+)", written)}
    secrets = set(re.findall(r"[A-Z_]{5,}", entrypoint.split("for name in ")[1].split(";")[0]))
    assert secrets == {
        "DAGSTER_POSTGRES_PASSWORD",
        KEY_VARIABLE,
        ClaudeSettings().api_key_variable,
    }
    for service in OURS:
        named = {
            name.removesuffix("_FILE") if name.endswith("_FILE") else name
            for name in environment_of(service)
        }
        assert named <= read | secrets, service
        if "DAGSTER_HOME" in named:
            assert read - {HOME_VARIABLE} <= named, service


def test_images_have_a_version_when_they_are_named() -> None:
    images = [one["image"] for one in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    for image in images:
        plain = re.sub(r"\$\{\w+:-(.+)\}", r"\1", image)
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)*", plain), image


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_container_is_bounded_and_may_little_when_it_is_started(service: str) -> None:
    given = SERVICES[service]
    assert {"mem_limit", "restart"} <= set(given)
    if service in (*OURS, *LOGINS):
        assert given["read_only"]
        assert given["cap_drop"] == ["ALL"]
        assert not given["user"].startswith(("0", "root"))
        assert "stop_grace_period" in given or service in LOGINS


def test_nothing_but_the_proxy_is_reached_from_outside_when_all_run() -> None:
    assert [name for name, given in SERVICES.items() if "ports" in given] == ["proxy"]
    for login, behind in LOGINS.items():
        assert SERVICES[behind]["network_mode"] == f"service:{login}"
        address = SERVICES[behind]["command"]
        assert address[address.index("--host") + 1] == "127.0.0.1"
        port = address[address.index("--port") + 1]
        config = tomllib.loads((DEPLOY / mount_of_config(login)).read_text("utf-8"))
        assert config["upstreams"] == [f"http://127.0.0.1:{port}/"]
        assert config["cookie_secure"]
        assert "skip_auth_routes" not in config
        assert environment_of(login)["OAUTH2_PROXY_ALLOWED_GROUPS"]


def mount_of_config(login: str) -> str:
    (mount,) = SERVICES[login]["volumes"]
    return str(mount).split(":", maxsplit=1)[0]


def test_home_is_seen_by_the_code_server_alone_when_folders_are_mounted() -> None:
    with_home = [name for name in SERVICES if "/srv/clio" in str(SERVICES[name].get("volumes"))]
    assert with_home == ["code"]
    (public,) = mounts_of("explorer").values()
    assert public["source"].endswith("/public")
    assert public["read_only"]
    assert "secrets" not in SERVICES["explorer"]
    assert SERVICES["explorer"]["user"] != SERVICES["code"]["user"]


def test_files_and_secrets_are_there_when_the_compose_file_names_them() -> None:
    for name in re.findall(r"\./([\w/.-]+):/", COMPOSE):
        assert (DEPLOY / name).is_file(), name
    used = {name for given in SERVICES.values() for name in given.get("secrets", ())}
    assert used == set(DOCUMENT["secrets"])
    for one in DOCUMENT["secrets"].values():
        assert re.fullmatch(r"\./secrets/\w+", one["file"])
    hidden = subprocess.run(
        ["git", "check-ignore", "deploy/secrets/postgres_password"], cwd=DEPLOY.parent, check=False
    )
    assert hidden.returncode == 0


def test_instance_is_one_the_platform_accepts_when_it_is_the_shipped_one() -> None:
    check_instance(DEPLOY)
    own = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    plain = yaml.safe_load((DEPLOY.parent / "dagster.yaml").read_text("utf-8"))
    assert {name: own[name] for name in plain} == plain


def test_workspace_leads_to_the_code_server_when_it_is_read() -> None:
    workspace = yaml.safe_load((DEPLOY / "workspace.yaml").read_text("utf-8"))
    (server,) = (one["grpc_server"] for one in workspace["load_from"])
    command = SERVICES[server["host"]]["command"]
    assert command[command.index("--port") + 1] == str(server["port"])
    assert command[command.index("--location-name") + 1] == server["location_name"]


def entrypoint(variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    show = "import os; print(sorted((k, v) for k, v in os.environ.items() if 'POSTGRES' in k))"
    return subprocess.run(
        ["sh", DEPLOY / "entrypoint.sh", sys.executable, "-c", show],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_secret_becomes_a_variable_of_the_process_when_a_file_holds_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("it's $(odd) `x`\n")
    done = entrypoint({"DAGSTER_POSTGRES_PASSWORD_FILE": str(tmp_path / "secret")})
    assert done.stdout == str([("DAGSTER_POSTGRES_PASSWORD", "it's $(odd) `x`")]) + "\n"


def test_process_does_not_start_when_the_file_of_a_secret_is_absent(tmp_path: Path) -> None:
    done = entrypoint({"DAGSTER_POSTGRES_PASSWORD_FILE": str(tmp_path / "none")})
    assert (done.returncode, done.stdout) == (2, "")
    assert "DAGSTER_POSTGRES_PASSWORD_FILE is absent" in done.stderr
