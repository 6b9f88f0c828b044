"""What the peers written in Python share: reports, orders (see foreign-peer.ts), and the AppRTC flow."""
import asyncio
import audioop
import json
import sys

import aiohttp
import websockets

REPORT_EVERY_S = 0.2


def report(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


class Meter:
    """Counts what arrives, decoded."""

    def __init__(self):
        self._facts = {"videoFrames": 0, "audioSeconds": 0.0, "audioEnergy": 0.0}

    def count_picture(self):
        self._facts["videoFrames"] += 1

    def count_sound(self, samples, seconds):
        """`samples`: bytes of 16 bit samples."""
        self._facts["audioSeconds"] += seconds
        self._facts["audioEnergy"] += (audioop.rms(samples, 2) / 32768) ** 2 * seconds

    async def report_for_ever(self):
        while True:
            report("media", **self._facts)
            await asyncio.sleep(REPORT_EVERY_S)


class Signaling:
    """Joins, registers, and posts to /message as initiator, but uses the WebSocket otherwise."""

    def __init__(self, server, room):
        self._server, self._room = server, room

    async def connect(self):
        self._http = aiohttp.ClientSession()
        async with self._http.post(f"{self._server}/join/{self._room}") as response:
            data = json.loads(await response.text())
        if data["result"] != "SUCCESS":
            raise RuntimeError(f"/join answered {data['result']}")
        params = data["params"]
        self.is_initiator = params["is_initiator"] == "true"
        self._messages = params["messages"]
        self._seat = f"{self._room}/{params['client_id']}"
        self._websocket = await websockets.connect(
            params["wss_url"], extra_headers={"Origin": self._server}
        )
        register = {"clientid": params["client_id"], "cmd": "register", "roomid": params["room_id"]}
        await self._websocket.send(json.dumps(register))
        report("joined", isInitiator=self.is_initiator)

    async def receive(self):
        """Answers the next message, as text."""
        if self._messages:
            return self._messages.pop(0)
        frame = json.loads(await self._websocket.recv())
        if frame["error"]:
            raise RuntimeError(f"The server complained: {frame['error']}")
        return frame["msg"]

    async def send(self, message):
        if self.is_initiator:
            await self.post(f"message/{self._seat}", message)
        else:
            await self.send_over_websocket(message)

    async def send_over_websocket(self, message):
        await self._websocket.send(json.dumps({"cmd": "send", "msg": message}))

    async def close_websocket(self):
        await self._websocket.close()

    async def post_leave(self):
        await self.post(f"leave/{self._seat}")

    async def post(self, path, body=None):
        async with self._http.post(f"{self._server}/{path}", data=body) as response:
            await response.text()
            if response.status != 200:
                raise RuntimeError(f"/{path} answered {response.status}")

    async def close(self):
        """Leaves as this client does. Each has its own order."""
        raise NotImplementedError

    async def finish(self):
        await self.close()
        await self._http.close()


async def take_orders(signaling):
    """Until `hang-up`, or until whoever gives the orders is gone."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while True:
        order = (await orders.readline()).decode().rstrip("\n")
        if order in ("", "hang-up"):
            return
        if order.startswith("say "):
            await signaling.send(json.loads(order[4:]))


async def call_until_over(signaling, meter, *works):
    """Does the works until one of them is over, or the order to hang up comes; then leaves."""
    tasks = [
        asyncio.ensure_future(work)
        for work in (take_orders(signaling), meter.report_for_ever(), *works)
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await signaling.finish()
