"""Where work comes from: a lab over HTTPS, and plain files. Only modules in here open sockets."""
