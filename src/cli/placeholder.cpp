namespace pm::cli {}
