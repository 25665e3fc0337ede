"""Icons, fonts, translations, schemas and sample batches; reached through `app.paths.resources()` only."""
