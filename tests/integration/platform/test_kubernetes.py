"""The manifests: as Kubernetes' own schema wants them, and of a piece with our settings, commands, routes and compose file."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from click import Command, Context
from jsonschema import Draft202012Validator
from typer.main import get_command

from api.http import health
from cli.main import app
from deploy.stack import compose
from runtime.recordings import recorder_readiness
from tests.fixtures.paths import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
FILES = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
EVERY: list[dict[str, Any]] = [
    one for name in FILES for one in yaml.safe_load_all((FOLDER / name).read_text("utf-8")) if one
]
SCHEMA = json.loads((ROOT / "tests" / "fixtures" / "kubernetes.json").read_text("utf-8"))
OF_KEDA = "keda.sh/v1alpha1"
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in EVERY
    if one["kind"] in {"Deployment", "StatefulSet", "Job"}
}
MAPS = {one["metadata"]["name"]: one["data"] for one in EVERY if one["kind"] == "ConfigMap"}
LASTING = sorted(set(PODS) - {"setup"})
OVERLAY = yaml.safe_load((ROOT / "deploy" / "cluster.yml").read_text("utf-8"))["services"]
TEXT = "".join(
    path.read_text("utf-8") for room in ("runtime", "storage", "cli", "api") for path in (ROOT / room).rglob("*.py")
)


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in EVERY if one["kind"] == kind]


def containers(pod: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from pod.get("initContainers", ())
    yield from pod["containers"]


def faults(one: dict[str, Any]) -> list[str]:
    name = SCHEMA["kinds"][f"{one['apiVersion']} {one['kind']}"]
    checker = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
    return [
        f"{one['kind']} {one['metadata']['name']} {fault.json_path}: {fault.message[:200]}"
        for fault in checker.iter_errors(one)
    ]


def test_everything_in_the_folder_is_applied() -> None:
    assert {*FILES, "kustomization.yaml"} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_each_manifest_is_as_kubernetes_wants_it(one: dict[str, Any]) -> None:
    if one["apiVersion"] != OF_KEDA:  # a kind that KEDA brings
        assert faults(one) == []


def test_a_slip_in_a_manifest_is_found() -> None:
    (budget,) = (one for one in of_kind("PodDisruptionBudget") if one["metadata"]["name"] == "api")
    assert faults(budget | {"spec": budget["spec"] | {"minAvailabel": 1}})


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_has_as_few_rights_as_it_can(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    own = pod["securityContext"]
    assert (own["runAsNonRoot"], own["runAsUser"], own["seccompProfile"]) == (True, 10001, {"type": "RuntimeDefault"})
    for one in containers(pod):
        limits = one["securityContext"]
        assert (limits["allowPrivilegeEscalation"], limits["readOnlyRootFilesystem"]) == (False, True)
        assert limits["capabilities"] == {"drop": ["ALL"]}
        assert set(one["resources"]["requests"]) == {"cpu", "memory"}
        assert "memory" in one["resources"]["limits"]


@pytest.mark.parametrize("name", sorted(PODS))
def test_every_command_and_option_is_one_that_the_program_has(name: str) -> None:
    for one in containers(PODS[name]):
        if one["command"][0] != "xueshi":
            continue
        known, left = found(get_command(app), one["command"][1:])
        options = {word for option in known.params for word in option.opts}
        assert {word for word in left if word.startswith("--")} <= options, one["command"]


def found(known: Command, words: list[str]) -> tuple[Command, list[str]]:
    """The command that the words name, and what is left of them."""
    while isinstance(getattr(known, "commands", None), dict):
        inner = known.get_command(Context(known), words[0])  # type: ignore[attr-defined] # a group
        assert inner is not None, words
        known, words = inner, words[1:]
    return known, words


def test_every_setting_is_one_that_the_program_reads() -> None:
    for told in MAPS.values():
        for key in told:
            assert f'"{key}"' in TEXT or f'"{key.removesuffix("_FILE")}"' in TEXT, key


def test_the_settings_are_the_compose_files_and_the_clusters() -> None:
    ours = set(compose()["services"]["api"]["environment"])
    only_there = {"XUESHI_STORE_RATE", "XUESHI_WEBHOOK_NETWORKS", "XUESHI_CAMERA_NETWORKS", "XUESHI_MEDIA_ROOT"}
    only_here = {"XUESHI_METRICS_TOKEN_FILE", "XUESHI_ENGINE", "XUESHI_ENGINE_CERTIFICATES"}
    assert set(MAPS["settings"]) - only_here == ours - only_there
    assert set(MAPS["looker-settings"]) == set(OVERLAY["looker"]["environment"])


def test_a_looker_knows_the_bucket_and_no_database() -> None:
    assert not {
        key for key in MAPS["looker-settings"] if "DB" in key or "STORE" in key or key.startswith("XUESHI_SECRET")
    }
    for one in (PODS["looker"], OVERLAY["looker"]):
        assert "db_url" not in json.dumps(one)
    (rule,) = (one for one in of_kind("NetworkPolicy") if one["metadata"]["name"] == "looker")
    assert 5432 not in {port["port"] for each in rule["spec"]["egress"] for port in each["ports"]}


@pytest.mark.parametrize("name", LASTING)
def test_probes_ask_ports_that_are_served_and_paths_that_are_routes(name: str) -> None:
    (one,) = PODS[name]["containers"]
    (port,) = one["ports"]
    assert any(word.rpartition(":")[2] == str(port["containerPort"]) for word in one["command"])
    assert {"startupProbe", "livenessProbe"} <= set(one)
    routes = {route.path for route in health.router.routes}  # type: ignore[attr-defined] # all of them have one
    for probe in (one[key] for key in one if key.endswith("Probe")):
        how = probe.get("httpGet") or probe["tcpSocket"]
        assert how["port"] == port["name"]
        if "httpGet" not in probe:
            continue
        served = routes if name == "api" else set(re.findall(r'"(/\w+)"', source(recorder_readiness)))
        assert how["path"] in served
        (header,) = how["httpHeaders"]  # a kubelet asks by the pod's address, which is no host of ours
        assert header["value"] in MAPS["settings"]["XUESHI_HOSTS"].split(",")


def source(module: Any) -> str:  # noqa: ANN401 - a module
    return (ROOT / (module.__name__.replace(".", "/") + ".py")).read_text("utf-8")


def test_services_lead_to_ports_that_pods_have() -> None:
    for one in of_kind("Service"):
        (pod,) = (PODS[one["spec"]["selector"]["app"]],)
        named = {port["name"]: port["containerPort"] for each in pod["containers"] for port in each["ports"]}
        assert {port["targetPort"]: port["port"] for port in one["spec"]["ports"]} == named
    for one in of_kind("StatefulSet"):
        assert one["spec"]["serviceName"] in {each["metadata"]["name"] for each in of_kind("Service")}


def test_everybody_has_a_rule_and_whoever_serves_is_reached_at_its_port() -> None:
    rules = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    assert rules["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert set(rules) - {"nobody", "names"} == set(PODS)
    for name in LASTING:
        opened = {port["port"] for each in rules[name]["ingress"] for port in each["ports"]}
        assert opened == {port["containerPort"] for one in PODS[name]["containers"] for port in one["ports"]}
    for name, spec in rules.items():
        for each in spec.get("egress", ()):
            for target in each.get("to", ()):
                other = target.get("podSelector", {}).get("matchLabels", {}).get("app")
                if other:
                    allowed = [one for way in rules[other]["ingress"] for one in way["from"]]
                    assert {"podSelector": {"matchLabels": {"app": name}}} in allowed, f"{name} to {other}"


def test_what_there_is_twice_is_never_taken_down_at_once() -> None:
    budgets = {
        one["metadata"]["name"]: one["spec"]["selector"]["matchLabels"]["app"] for one in of_kind("PodDisruptionBudget")
    }
    assert budgets == {name: name for name in set(LASTING) - {"scheduler"}}
    twice = {one["metadata"]["name"] for one in of_kind("StatefulSet") if one["spec"].get("replicas") == 2}
    assert twice == {"api", "recorder"}


def test_what_grows_with_the_queue_is_there_and_has_no_number_of_its_own() -> None:
    kinds = {(one["kind"], one["metadata"]["name"]): one.get("spec", {}) for one in EVERY}
    for one in of_kind("ScaledObject"):
        target = one["spec"]["scaleTargetRef"]
        assert "replicas" not in kinds[target["kind"], target["name"]]
        (trigger,) = one["spec"]["triggers"]
        for metric in re.findall(r"xueshi_\w+", trigger["metadata"]["query"]):
            assert f'"{metric}"' in TEXT
        assert one["spec"]["minReplicaCount"] >= 1
    assert {one["metadata"]["name"] for one in of_kind("ScaledObject")} == {"looker", "worker"}


def test_secrets_are_named_in_the_documents_and_hold_what_the_settings_ask_for() -> None:
    named = {volume["secret"]["secretName"] for pod in PODS.values() for volume in pod["volumes"] if "secret" in volume}
    named |= {one["secretName"] for each in of_kind("Ingress") for one in each["spec"]["tls"]}
    told = (ROOT / "docs" / "cluster.md").read_text("utf-8")
    assert named == set(re.findall(r"create secret (?:generic|tls) ([\w-]+)", told))
    for settings in MAPS.values():
        for key, value in settings.items():
            if key.endswith("_FILE"):
                assert f"--from-file={value.rpartition('/')[2]}" in told or value.rpartition("/")[2] in told
    assert not of_kind("Secret"), "no secret lies here"


def test_compose_and_manifests_run_the_same_services_by_the_same_words() -> None:
    services = compose()["services"]
    ours = {name: services.get(name, {}) | OVERLAY.get(name, {}) for name in {*services, *OVERLAY} - {"postgres", "s3"}}
    theirs = {one["name"]: one for pod in PODS.values() for one in containers(pod) if one["name"] != "keys"}
    assert set(theirs) == set(ours)
    for name, one in theirs.items():
        same = [word for word in ours[name]["command"] if not word.startswith("127.0.0.1")]
        assert one["command"][: len(same)] == same, name


def test_the_overlay_is_as_poor_in_rights_as_the_file_below_it() -> None:
    base = compose()["services"]["api"]
    for name in ("scheduler", "looker"):
        for key in ("user", "read_only", "cap_drop", "security_opt", "init", "restart"):
            assert OVERLAY[name][key] == base[key]
