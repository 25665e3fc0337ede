"""Preferences: appearance, language, keys, the lock, and the open lab. Everything applies at once.

presenter = PreferencesPresenter(settings_file, jobs, care_or_none, navigator)    # app.services.care.Care
presenter.applied.connect(…)          # the new app.settings.Settings: theme, keymap, language, idle lock
screen = PreferencesScreen(look, presenter, section="appearance")                 # a ui.navigator.Screen

After another language the window makes its screens anew; `screen.section` says where the person was.
"""
