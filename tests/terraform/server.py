"""A filesystem mirror in a folder whose hashicorp/aws is the stand-in, served while it is open.

Terraform starts a provider process for every provider block, alias and command. Starting Python with gRPC
each time would cost more than the rest together, so the process in the mirror is a few lines that knock at a
socket; behind it a fresh Provider is opened in this process, with its own gRPC server, and the process only
tells Terraform where. Each alias so has a configuration of its own, and `terraform init` checks version
constraint and lock file for real.
"""

from __future__ import annotations

import platform
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import grpc

from tests.terraform.answers import World
from tests.terraform.aws_schema import VERSION
from tests.terraform.stand_in import Provider

# The handshake of HashiCorp's go-plugin: core protocol 1, provider protocol 6.
DOORMAN = """#!{python} -IS
import socket
knock = socket.socket(socket.AF_UNIX)
knock.connect({door!r})
print("1|6|unix|" + knock.recv(4096).decode() + "|grpc|", flush=True)
knock.recv(1)  # ends when Terraform says so to the server, or ends this process
"""
CPUS = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@contextmanager
def mirror(folder: Path, world: World) -> Iterator[Path]:
    """The mirror's folder, served while the block runs; `folder` is short, as a socket's path must be."""
    door = folder / "door"
    system = f"{sys.platform}_{CPUS[platform.machine()]}"
    home = folder / "mirror" / "registry.terraform.io" / "hashicorp" / "aws" / VERSION / system
    home.mkdir(parents=True)
    program = home / f"terraform-provider-aws_v{VERSION}"
    program.write_text(DOORMAN.format(python=sys.executable, door=str(door)), encoding="utf-8")
    program.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        listening.listen()
        threading.Thread(target=_welcome, args=(listening, folder, world), daemon=True).start()
        yield folder / "mirror"
        listening.shutdown(socket.SHUT_RDWR)


def _welcome(listening: socket.socket, folder: Path, world: World) -> None:
    number = 0
    with suppress(OSError):  # the listening socket is shut down at the end
        while True:
            visitor, _ = listening.accept()
            number += 1
            threading.Thread(target=_serve, args=(visitor, folder / f"{number}", world), daemon=True).start()


def _serve(visitor: socket.socket, address: Path, world: World) -> None:
    """One provider, from the knock until its process is gone."""
    pool = ThreadPoolExecutor(max_workers=4)
    server = grpc.server(pool, handlers=[_Calls(Provider(world), lambda: visitor.shutdown(socket.SHUT_RDWR))])
    server.add_insecure_port(f"unix:{address}")
    server.start()
    with visitor, suppress(OSError):
        visitor.sendall(str(address).encode())
        visitor.recv(1)
    server.stop(grace=0.1).wait()
    pool.shutdown()


class _Calls(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Bytes in, bytes out: no generated message classes."""

    def __init__(self, provider: Provider, leave: Callable[[], None]) -> None:
        self.provider = provider
        self.leave = leave

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        service, _, name = details.method.rpartition("/")
        if service == "/tfplugin6.Provider" and name in self.provider.calls:
            return grpc.unary_unary_rpc_method_handler(lambda message, _call: self.provider.call(name, message))
        if details.method == "/plugin.GRPCController/Shutdown":
            return grpc.unary_unary_rpc_method_handler(self.shut_down)
        return None

    def shut_down(self, _message: bytes, call: grpc.ServicerContext) -> bytes:
        call.add_callback(self.leave)
        return b""
