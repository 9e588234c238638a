"""Who gets what class of answer of alerts: their owner everything; his colleagues and whoever is watched nothing."""

from tests.who_may import ALL, LET, NONE, SIGNED_IN, UNKNOWN, PermissionRequest, Who, the

ALERT = "/v1/alerts/{alert_id}"
MINE = Who(401, NONE, NONE, NONE, (404, 404, LET))

ALERTS = {
    "POST /v1/alerts": [
        PermissionRequest(SIGNED_IN, json=the(name="示例提醒", search={"q": "示例"})),
        PermissionRequest(
            Who(401, (422, 422, 422), ALL, ALL, ALL),
            json=lambda world, _: {"name": "示例提醒", "patent_id": world.things["private"]["patent_id"]},
        ),
    ],
    "GET /v1/alerts": [PermissionRequest(SIGNED_IN)],
    f"GET {ALERT}": [PermissionRequest(MINE)],
    f"PATCH {ALERT}": [PermissionRequest(MINE, json=the(frequency="weekly"), matches=True, lets=(412,))],
    f"DELETE {ALERT}": [PermissionRequest(MINE, matches=True, lets=(412,))],
    f"GET {ALERT}/hits": [PermissionRequest(MINE)],
    "GET /v1/alerts/unsubscribe/{token}": [PermissionRequest(UNKNOWN)],
    "POST /v1/alerts/unsubscribe/{token}": [PermissionRequest(UNKNOWN)],
}
