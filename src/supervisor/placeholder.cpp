namespace pm::supervisor {}
