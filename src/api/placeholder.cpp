namespace pm::api {}
