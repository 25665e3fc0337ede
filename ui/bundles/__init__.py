"""Bundles in the window: take one of the lab in, save one for the lab.

bundles = BundlesPresenter(workstation.bundles, jobs, live, parent)
ask_open(look, window, bundles); ask_save(look, window, bundles)     # a file dialog, then what happens
"""
