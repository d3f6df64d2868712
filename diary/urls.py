"""Addresses of the diary, beside those of the client record."""

from django.urls import path

from diary.views import alone, appointments, calendar, feeds, groups

app_name = "diary"

urlpatterns = [
    path("diary/", calendar.own, name="own"),
    path("diary/team/", calendar.team, name="team"),
    path("diary/rooms/", calendar.rooms, name="rooms"),
    path("diary/rooms/list/", alone.room_list, name="room-list"),
    path("diary/rooms/use/", alone.room_use, name="room-use"),
    path("diary/rota/", alone.rota, name="rota"),
    path("diary/rota/end/", alone.duty_end, name="duty-end"),
    path("diary/alone/", alone.alone, name="alone"),
    path("diary/feed/", feeds.feed, name="feed"),
    path("diary/feed/make/", feeds.feed_make, name="feed-make"),
    path("diary/feed/revoke/", feeds.feed_revoke, name="feed-revoke"),
    path("diary/feed/<str:token>.ics", feeds.feed_file, name="feed-file"),
    path("diary/add/", appointments.appointment_add, name="appointment-add"),
    path("cases/<reference:reference>/appointments/", calendar.of_case, name="case"),
    path(
        "cases/<reference:reference>/appointments/add/",
        appointments.appointment_add_for_case,
        name="appointment-add-for-case",
    ),
    path("appointments/<reference:reference>/", appointments.appointment, name="appointment"),
    path(
        "appointments/<reference:reference>/change/",
        appointments.appointment_change,
        name="appointment-change",
    ),
    path(
        "appointments/<reference:reference>/cancel/",
        appointments.appointment_cancel,
        name="appointment-cancel",
    ),
    path(
        "appointments/<reference:reference>/outcome/",
        appointments.appointment_settle,
        name="appointment-settle",
    ),
    path(
        "appointments/<reference:reference>/alone/",
        alone.go_to_appointment,
        name="appointment-alone",
    ),
    path("sessions/<reference:reference>/register/", groups.register, name="register"),
    path(
        "sessions/<reference:reference>/register/print/",
        groups.register_print,
        name="register-print",
    ),
    path("groups/", groups.groups, name="groups"),
    path("groups/add/", groups.group_add, name="group-add"),
    path("groups/<reference:reference>/", groups.group, name="group"),
    path("groups/<reference:reference>/join/", groups.group_join, name="group-join"),
    path("groups/<reference:reference>/leave/", groups.group_leave, name="group-leave"),
    path("groups/<reference:reference>/end/", groups.group_end, name="group-end"),
    path(
        "groups/<reference:reference>/sessions/add/", appointments.session_add, name="session-add"
    ),
    path("drop-ins/", groups.drop_ins, name="drop-ins"),
    path("drop-ins/add/", groups.drop_in_add, name="drop-in-add"),
    path("drop-ins/<reference:reference>/enquiry/", groups.drop_in_enquire, name="drop-in-enquire"),
    path("drop-ins/<reference:reference>/known/", groups.drop_in_know, name="drop-in-know"),
    path("visits/<reference:reference>/", alone.visit, name="visit"),
    path("visits/<reference:reference>/longer/", alone.visit_longer, name="visit-longer"),
    path("visits/<reference:reference>/safe/", alone.visit_safe, name="visit-safe"),
    path("visits/<reference:reference>/take/", alone.visit_take, name="visit-take"),
]
