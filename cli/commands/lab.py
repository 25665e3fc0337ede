import typer

LAB = typer.Typer(help="A lab's desk: batches, invitations, assignments, results.")


@LAB.callback()
def x() -> None: ...
