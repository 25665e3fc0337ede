"""Two laptops: where drafts of the same person truly differ, side by side, one key to choose.

presenter = DifferingPresenter(live, navigator, parent); DifferencesDialog(look, window, presenter).begin()
"""
