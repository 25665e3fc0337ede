"""The program `assay`: mounts the services, the lab and the window, each imported when its command runs."""
