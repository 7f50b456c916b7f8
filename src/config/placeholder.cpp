namespace pm::config {}
