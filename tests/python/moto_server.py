"""Serves moto, an AWS that nobody here wrote, on a free port of the loopback interface until standard input ends.

The first line on standard output is the port.

One thing of moto's answers is put right. Its serializer names the root of some REST-XML answers after the operation,
where the Amazon S3 API Reference, in the "Response Syntax" of `GetBucketVersioning`,
`GetBucketNotificationConfiguration`, `ListBucketInventoryConfigurations` and `GetBucketAccelerateConfiguration` and of the
reads of access points and Storage Lens, has a name of its own. boto3 never looks at a root's name, so moto's own tests do not see it; the AWS SDK for Rust looks, and
refuses the answer. A client that refuses what S3 would never send is right, and those settings would go unread; so
these names, and nothing else, are replaced by the documented ones. Everything else that moto gets wrong reaches
the client as it is.
"""

import logging
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

ROOTS = {
    b"GetBucketVersioningResponse": b"VersioningConfiguration",
    b"GetBucketNotificationConfigurationResponse": b"NotificationConfiguration",
    # The older name of the same operation, which moto uses where nothing is configured.
    b"GetBucketNotificationResponse": b"NotificationConfiguration",
    b"ListBucketInventoryConfigurationsResponse": b"ListInventoryConfigurationsResult",
    b"GetBucketAccelerateConfigurationResponse": b"AccelerateConfiguration",
    b"ListAccessPointsResponse": b"ListAccessPointsResult",
    b"GetAccessPointResponse": b"GetAccessPointResult",
    b"GetAccessPointPolicyResponse": b"GetAccessPointPolicyResult",
    b"GetAccessPointPolicyStatusResponse": b"GetAccessPointPolicyStatusResult",
    b"ListMultiRegionAccessPointsResponse": b"ListMultiRegionAccessPointsResult",
    b"ListStorageLensConfigurationsResponse": b"ListStorageLensConfigurationResult",
}
"""By the name that moto writes: the root element that the Amazon S3 API Reference documents."""


def with_documented_root(body):
    """The same answer, its root renamed where it is one of `ROOTS`; `None` where it is not."""
    start = body.find(b"<", body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0)
    for wrong, documented in ROOTS.items():
        opening = b"<" + wrong
        if start >= 0 and body.startswith(opening, start) and body[start + len(opening) :][:1] in b" />":
            inner = documented + body[start + len(opening) :]
            head, closing, tail = inner.rpartition(b"</" + wrong + b">")
            if closing:
                inner = head + b"</" + documented + b">" + tail
            return body[:start] + b"<" + inner
    return None


class DocumentedRoots:
    """Renames the roots of answers; requests and other answers pass untouched."""

    def __init__(self, application):
        self._application = application

    def __call__(self, environ, start_response):
        head = []

        def keep_head(status, headers, exc_info=None):
            head[:] = [status, headers, exc_info]
            return lambda _: None

        answer = self._application(environ, keep_head)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers, exc_info = head
        renamed = with_documented_root(body)
        if renamed is not None:
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(renamed))))
            body = renamed
        start_response(status, headers, exc_info)
        return [body]


def main():
    # werkzeug writes a line for every request otherwise.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DocumentedRoots(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.port, flush=True)
    sys.stdin.buffer.read()
    server.shutdown()


if __name__ == "__main__":
    main()
