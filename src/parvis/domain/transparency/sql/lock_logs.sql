-- Wait for logs that are being begun, and let those after them wait.
lock table logs in share row exclusive mode
