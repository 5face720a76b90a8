"""A stock client of the admin API: code that grpc_tools generated from admin.proto, on Google's gRPC.

    stock_client.py HOST:PORT PURCHASES     the token is in SHOP_ADMIN_TOKEN

Watches, says `watching`, and lists over and over until that many purchases and as many freezings were told. Then prints
what it saw, as JSON. Exits with an error if an answer is not as the proto file says.
"""

import json
import os
import sys
import threading

import grpc

import admin_pb2
import admin_pb2_grpc

PATIENCE = 60  # seconds


def want(condition, why):
    if not condition:
        sys.exit(why)


def refused(code, call, request, metadata):
    try:
        answer = call(request, metadata=metadata, timeout=PATIENCE)
    except grpc.RpcError as error:
        want(error.code() == code, f"{error.code()} instead of {code}: {error.details()}")
        return
    sys.exit(f"answered {answer} instead of {code}")


def unsigned(metadata):
    want("body-sign" not in {key for key, _ in metadata}, f"gRPC is signed: {metadata}")


def instances(shop, token, page_size):
    """All that is listed, page after page."""
    listed, page_token = [], ""
    while True:
        request = admin_pb2.ListRequest(page_size=page_size, page_token=page_token)
        page, call = shop.List.with_call(request, metadata=token, timeout=PATIENCE)
        unsigned(call.initial_metadata())
        unsigned(call.trailing_metadata())
        listed += page.instances
        page_token = page.next_page_token
        if not page_token:
            return listed


def main():
    address, purchases = sys.argv[1], int(sys.argv[2])
    token = (("authorization", "Bearer " + os.environ["SHOP_ADMIN_TOKEN"]),)
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        shop = admin_pb2_grpc.InstancesStub(channel)
        watch = shop.Watch(admin_pb2.WatchRequest(), metadata=token, timeout=PATIENCE)
        unsigned(watch.initial_metadata())  # waits until the headers are there
        print("watching", flush=True)

        told, enough, failed = [], threading.Event(), []

        def read():
            try:
                for change in watch:
                    told.append((admin_pb2.Change.Kind.Name(change.kind)[len("KIND_"):], change.instance.id))
                    if len(told) == 2 * purchases:
                        break
            except grpc.RpcError as error:
                failed.append(f"the stream failed: {error}")
            enough.set()

        reader = threading.Thread(target=read)
        reader.start()
        lists, before = 0, 0
        while not enough.is_set():
            now = len(instances(shop, token, 7))
            want(now >= before, f"{now} instances are listed after {before}")
            lists, before = lists + 1, now
        reader.join()
        want(not failed, "".join(failed))

        nobody = admin_pb2.DescribeRequest(id="nobody-issued-this")
        refused(grpc.StatusCode.NOT_FOUND, shop.Describe, nobody, token)
        refused(grpc.StatusCode.UNAUTHENTICATED, shop.Describe, nobody, None)
        refused(grpc.StatusCode.UNAUTHENTICATED, shop.List, admin_pb2.ListRequest(), (("authorization", "Bearer x"),))
        listed = instances(shop, token, 0)
        for instance in listed:
            described = shop.Describe(admin_pb2.DescribeRequest(id=instance.id), metadata=token, timeout=PATIENCE)
            want(described == instance, f"described as {described}, listed as {instance}")
            want(instance.state == admin_pb2.STATE_FROZEN, f"{instance} is not frozen")

        want(watch.is_active(), "the stream ended by itself")
        watch.cancel()
        ids = [instance.id for instance in listed]
        print(json.dumps({"told": told, "listed": ids, "lists_meanwhile": lists}), flush=True)


main()
