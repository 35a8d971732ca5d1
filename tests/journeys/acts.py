"""What leads a person from one page to another. The next line of a test never reads the page that is left."""


def go(locator):
    """Click, and wait for the page to which that leads."""
    with locator.page.expect_navigation():
        locator.click()


def enter(page):
    """Press Enter, and wait for the page to which that leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
