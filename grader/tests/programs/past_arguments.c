/* Looks behind the end of its arguments. */
int main(int argc, char **argv)
{
    return argv[argc + 1] == argv[0];
}
